//! The logo at the head of the first page.

use counterfoil_invoice::paper::Logo;
use data_encoding::BASE64;

use crate::RenderError;

/// The most room it takes, in millimetres.
const WIDEST: u32 = 64;
const HIGHEST: u32 = 17;

/// A logo with the room it takes on paper, in hundredths of a millimetre.
pub(crate) struct Placed {
    pub(crate) png: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// As large as fits the head, in its own proportions.
///
/// # Errors
/// [`RenderError::Logo`] if it is not a PNG file.
pub(crate) fn place(logo: &Logo) -> Result<Placed, RenderError> {
    let png = BASE64.decode(logo.png_base64.as_bytes()).map_err(|_| RenderError::Logo)?;
    let (width, height) = size(&png).ok_or(RenderError::Logo)?;
    let (widest, highest) = (WIDEST * 100, HIGHEST * 100);
    let (width, height) = (u64::from(width), u64::from(height));
    let by_width = (u64::from(widest), u64::from(widest) * height / width);
    let by_height = (u64::from(highest) * width / height, u64::from(highest));
    let (width, height) = if by_width.1 <= u64::from(highest) { by_width } else { by_height };
    let least = |side: u64| u32::try_from(side.max(1)).map_err(|_| RenderError::Logo);
    Ok(Placed { png, width: least(width)?, height: least(height)? })
}

/// Width and height in pixels, as the header says.
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((side(0)?, side(4)?)).filter(|(width, height)| *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(width: u32, height: u32) -> Logo {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
        Logo { png_base64: BASE64.encode(&png) }
    }

    #[test]
    fn a_logo_fills_the_room_it_has_and_keeps_its_proportions() {
        for ((width, height), (wide, high)) in [
            ((100, 100), (1700, 1700)),
            ((600, 100), (6400, 1066)),
            ((2, 1000), (3, 1700)),
            ((u32::MAX, 1), (6400, 1)),
        ] {
            let placed = place(&header(width, height)).unwrap();
            assert_eq!((placed.width, placed.height), (wide, high), "{width} × {height}");
        }
    }

    #[test]
    fn what_is_no_png_is_refused() {
        for text in ["", "####", "AAAA"] {
            assert!(matches!(place(&Logo { png_base64: text.into() }), Err(RenderError::Logo)));
        }
        assert!(matches!(place(&header(0, 5)), Err(RenderError::Logo)));
    }
}
