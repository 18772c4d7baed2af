//! The vault from outside: the fixed vectors, and every way to move or change a sealed value.

mod places;
mod vectors;
