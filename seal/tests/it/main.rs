//! Seals real files and lets others judge them: pyHanko, pdfsig, qpdf. A missing tool fails the test.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made is a failed test")]

mod attacks;
mod fixtures;
mod hostile;
mod imported;
mod judged;
mod kinds;
mod tampered;
