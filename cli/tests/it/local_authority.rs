//! The CA that browsers are asked to trust, judged by OpenSSL: whoever steals its key has a key for this server, and for
//! nothing else.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};

use crate::programs::told;
use crate::server::Server;

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// A certificate that a thief of the CA's key makes.
fn forged(folder: &Path, names: &[&str], change: fn(&mut CertificateParams)) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let issuer =
        Issuer::from_ca_cert_pem(&read("ca.pem"), KeyPair::from_pem(&read("ca.key")).unwrap()).unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    let made = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
    std::fs::write(folder.join("forged.pem"), made.pem()).unwrap();
}

fn constraints(folder: &Path) -> String {
    let output = openssl(folder, &["x509", "-in", "ca.pem", "-noout", "-ext", "nameConstraints"]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_stolen_key_of_the_local_authority_makes_no_certificate_for_anybody_else() {
    let server = Server::start(&[]);
    let folder = server.data.join("tls");
    let verify =
        |purpose: &str| openssl(&folder, &["verify", "-purpose", purpose, "-CAfile", "ca.pem", "forged.pem"]);
    for names in [&["localhost"][..], &["127.0.0.1", "::1"], &["localhost", "127.0.0.1", "::1"]] {
        forged(&folder, names, |_| ());
        let output = verify("sslserver");
        assert!(output.status.success(), "{names:?}: {}", told(&output));
    }
    for names in [
        &["bank.example"][..],
        &["localhost", "bank.example"],
        &["192.0.2.1"],
        &["127.0.0.2"],
        &["2001:db8::1"],
    ] {
        forged(&folder, names, |_| ());
        let output = verify("sslserver");
        assert!(!output.status.success(), "{names:?}: {}", told(&output));
        assert!(told(&output).contains("permitted subtree violation"), "{names:?}: {}", told(&output));
    }
    // Nor for mail, nor an authority below it.
    forged(&folder, &["localhost"], |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    });
    let output = verify("smimesign");
    assert!(!output.status.success(), "{}", told(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let below = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Below");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = Issuer::from_ca_cert_pem(&read("ca.pem"), KeyPair::from_pem(&read("ca.key")).unwrap()).unwrap();
    let made = params.signed_by(&below, &ca).unwrap();
    std::fs::write(folder.join("below.pem"), made.pem()).unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf
        .signed_by(&KeyPair::generate().unwrap(), &Issuer::from_ca_cert_pem(&made.pem(), below).unwrap())
        .unwrap();
    std::fs::write(folder.join("forged.pem"), leaf.pem()).unwrap();
    let output = openssl(&folder, &["verify", "-CAfile", "ca.pem", "-untrusted", "below.pem", "forged.pem"]);
    assert!(!output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("path length constraint exceeded"), "{}", told(&output));
}

#[test]
fn openssl_takes_the_server_for_what_it_is_and_an_authority_for_everything_is_replaced() {
    let server = Server::start(&[]);
    let folder = server.data.join("tls");
    let connect = |server: &Server, name: &str| {
        let address = server.url.strip_prefix("https://").unwrap();
        let arguments = ["s_client", "-connect", address, "-servername", "localhost", "-CAfile", "ca.pem"];
        let check = ["-verify_return_error", "-verify_hostname", name];
        openssl(&folder, &[&arguments[..], &check[..]].concat())
    };
    let output = connect(&server, "localhost");
    assert!(told(&output).contains("Verify return code: 0 (ok)"), "{}", told(&output));
    let output = connect(&server, "bank.example");
    assert!(!told(&output).contains("Verify return code: 0 (ok)"), "{}", told(&output));
    let constrained = constraints(&folder);
    for part in ["critical", "DNS:localhost", "IP:127.0.0.1/255.255.255.255"] {
        assert!(constrained.contains(part), "{constrained}");
    }

    // One of before there were constraints.
    let data = server.data.clone();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let pair = KeyPair::generate().unwrap();
    let made = params.self_signed(&pair).unwrap();
    for (name, content) in [("ca.pem", made.pem()), ("ca.key", pair.serialize_pem())] {
        std::fs::remove_file(folder.join(name)).unwrap();
        std::fs::write(folder.join(name), content).unwrap();
    }
    assert!(constraints(&folder).is_empty());
    let again = Server::on(data, &[]);
    assert_eq!(constraints(&folder), constrained);
    let output = connect(&again, "localhost");
    assert!(told(&output).contains("Verify return code: 0 (ok)"), "{}", told(&output));
}
