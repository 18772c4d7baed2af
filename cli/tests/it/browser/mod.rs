//! A real browser before a real server.

mod driver;
mod guide;
mod journey;
mod keyboard;
mod pages;
mod photograph;
