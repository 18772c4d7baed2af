//! QR codes as one SVG path.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode, Version};

/// Error correction M, as EPC069-12 asks and as paper needs. `None` if the text does not fit the largest version.
pub(crate) fn svg(text: &str) -> Option<String> {
    draw(&QrCode::with_error_correction_level(text, EcLevel::M).ok()?)
}

/// As [`svg`], but no larger than version 13, the largest that EPC069-12 allows.
pub(crate) fn epc_svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    matches!(code.version(), Version::Normal(1..=13)).then(|| draw(&code)).flatten()
}

/// Traces the outlines of the dark areas, so that no viewer shows seams between modules. A dark module lies to the
/// right of its outline, so holes run the other way round and stay light.
fn draw(code: &QrCode) -> Option<String> {
    let width = code.width();
    let colors = code.to_colors();
    let dark = |x: usize, y: usize| x < width && y < width && colors[y * width + x] == Color::Dark;

    let mut path = String::new();
    let mut traced = vec![false; width * width];
    for y in 0..width {
        for x in 0..width {
            // Each outline has a top edge somewhere: dark below, light above.
            let top = |x: usize, y: usize| dark(x, y) && !(y > 0 && dark(x, y - 1));
            if !top(x, y) || traced[y * width + x] {
                continue;
            }
            write!(path, "M{x} {y}").ok()?;
            let (start, mut at, mut heading) = ((x, y), (x, y), Heading::Right);
            loop {
                if heading == Heading::Right {
                    traced[at.1 * width + at.0] = true;
                }
                at = heading.step(at);
                let turn = heading.next(at, &dark);
                if at == start && turn == Heading::Right {
                    break;
                }
                if turn != heading {
                    write!(path, "L{} {}", at.0, at.1).ok()?;
                    heading = turn;
                }
            }
            path.push('Z');
        }
    }
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}"><path d="{path}"/></svg>"#
    ))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Right,
    Down,
    Left,
    Up,
}

impl Heading {
    fn step(self, (x, y): (usize, usize)) -> (usize, usize) {
        match self {
            Self::Right => (x + 1, y),
            Self::Down => (x, y + 1),
            Self::Left => (x - 1, y),
            Self::Up => (x, y - 1),
        }
    }

    /// Where an outline goes at a corner: the dark side stays on the right; where two dark modules touch only at
    /// the corner they stay apart.
    fn next(self, (x, y): (usize, usize), dark: &impl Fn(usize, usize) -> bool) -> Self {
        let module = |right: bool, below: bool| {
            let column = if right { Some(x) } else { x.checked_sub(1) };
            let row = if below { Some(y) } else { y.checked_sub(1) };
            column.zip(row).is_some_and(|(x, y)| dark(x, y))
        };
        // The modules ahead, to the left and to the right of the line.
        let (left, right) = match self {
            Self::Right => (module(true, false), module(true, true)),
            Self::Down => (module(true, true), module(false, true)),
            Self::Left => (module(false, true), module(false, false)),
            Self::Up => (module(false, false), module(true, false)),
        };
        let order = [Self::Right, Self::Down, Self::Left, Self::Up];
        let here = order.iter().position(|h| *h == self).expect("all four are there");
        match (left, right) {
            (_, false) => order[(here + 1) % 4],
            (false, true) => self,
            (true, true) => order[(here + 3) % 4],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills the path by the even-odd rule and reads the modules back.
    fn modules(svg: &str, width: usize) -> Vec<bool> {
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut edges = Vec::new();
        for outline in path.split('Z').filter(|o| !o.is_empty()) {
            let points: Vec<(usize, usize)> = outline
                .split(['M', 'L'])
                .filter(|p| !p.is_empty())
                .map(|p| {
                    let (x, y) = p.split_once(' ').unwrap();
                    (x.parse().unwrap(), y.parse().unwrap())
                })
                .collect();
            for (i, a) in points.iter().enumerate() {
                let b = points[(i + 1) % points.len()];
                assert!(a.0 == b.0 || a.1 == b.1, "edges are straight");
                if a.0 == b.0 {
                    edges.push((a.0, a.1.min(b.1), a.1.max(b.1)));
                }
            }
        }
        let inside = |x: usize, y: usize| {
            edges.iter().filter(|(ex, a, b)| *ex <= x && *a <= y && y < *b).count() % 2 == 1
        };
        (0..width * width).map(|i| inside(i % width, i / width)).collect()
    }

    #[test]
    fn the_outlines_hold_exactly_the_dark_modules() {
        for text in ["A", "https://invoices.example.com/verify#ABCD-EFGH-JKMN-PQRS", &"x".repeat(500)] {
            let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
            let dark: Vec<bool> = code.to_colors().iter().map(|c| *c == Color::Dark).collect();
            assert_eq!(modules(&svg(text).unwrap(), code.width()), dark);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(svg(&"x".repeat(3000)).is_none());
        assert!(svg(&"x".repeat(400)).is_some());
        assert!(epc_svg(&"x".repeat(400)).is_none());
    }
}
