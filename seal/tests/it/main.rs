//! Seals real files and lets others judge them: pyHanko, pdfsig, qpdf. A missing tool fails the test.

mod fixtures;
mod hostile;
mod judged;
mod tampered;
mod zz;
