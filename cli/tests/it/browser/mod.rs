//! A real browser before a real server.

mod driver;
mod editing;
mod guide;
mod journey;
mod keyboard;
mod pages;
mod photograph;
