//! Serves the style guide alone, over HTTP on the loopback interface: `cargo run --example styleguide`.

#[cfg(debug_assertions)]
#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8480").await?;
    let site = counterfoil_web::Site::new("http://127.0.0.1:8480", [7; 32]);
    axum::serve(listener, counterfoil_web::styleguide::router(&site)).await
}

#[cfg(not(debug_assertions))]
fn main() {}
