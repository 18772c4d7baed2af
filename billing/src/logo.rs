//! A logo as it is uploaded: decoded, made small, and written anew, so that nothing of the stranger's file is kept but
//! its picture.

use std::io::Cursor;

use counterfoil_invoice::paper::Logo;
use data_encoding::BASE64;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

/// The largest upload, in bytes.
pub const LARGEST_LOGO: usize = 1 << 20;
/// Pixels to a side of what is decoded.
const LONGEST_SIDE: u32 = 4096;
/// Memory for decoding: an image of that size with four bytes to a pixel.
const MOST_MEMORY: u64 = 64 << 20;
/// Pixels that are kept: 250 to the inch in the room a page has for it.
const KEPT: (u32, u32) = (640, 256);
/// Bytes that are kept: they are part of every page.
const LARGEST_KEPT: usize = 256 << 10;

/// Why a file is no logo. Each message says what would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// More than [`LARGEST_LOGO`].
    #[error("the file is larger than 1 MB: choose a smaller one")]
    File,
    /// Neither of the two formats.
    #[error("choose a PNG or JPEG file")]
    Format,
    /// More than 4096 pixels to a side.
    #[error("the image has more than 4096 pixels to a side: choose a smaller one")]
    Pixels,
    /// Damaged, or made to harm.
    #[error("the image cannot be read: save it anew as PNG")]
    Unreadable,
    /// A photograph rather than a logo.
    #[error("the image has too much detail for a logo: choose a simpler one")]
    Detail,
}

/// Reads an upload, away from the threads that answer requests.
///
/// # Errors
/// [`LogoError`].
pub async fn read(upload: Vec<u8>) -> Result<Logo, LogoError> {
    // A decoder that fails on a hostile image has failed to read it.
    tokio::task::spawn_blocking(move || decoded(&upload)).await.map_err(|_| LogoError::Unreadable)?
}

fn decoded(upload: &[u8]) -> Result<Logo, LogoError> {
    if upload.len() > LARGEST_LOGO {
        return Err(LogoError::File);
    }
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(upload) else {
        return Err(LogoError::Format);
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    reader.limits(limits);
    let refused = |error| match error {
        ImageError::Limits(_) => LogoError::Pixels,
        _ => LogoError::Unreadable,
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let orientation = decoder.orientation().map_err(refused)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    image.apply_orientation(orientation);
    if image.width() > KEPT.0 || image.height() > KEPT.1 {
        image = image.thumbnail(KEPT.0, KEPT.1);
    }
    let image = if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    image.write_with_encoder(encoder).map_err(|_| LogoError::Unreadable)?;
    if png.len() > LARGEST_KEPT {
        return Err(LogoError::Detail);
    }
    Ok(Logo { png_base64: BASE64.encode(&png) })
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};
    use proptest::prelude::*;

    use super::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let image =
            RgbaImage::from_fn(width, height, |x, _| Rgba([u8::try_from(x % 256).unwrap(), 80, 20, 255]));
        let image = match format {
            ImageFormat::Jpeg => DynamicImage::ImageRgba8(image).into_rgb8().into(),
            _ => DynamicImage::ImageRgba8(image),
        };
        let mut file = Vec::new();
        image.write_to(&mut Cursor::new(&mut file), format).unwrap();
        file
    }

    fn kept(upload: &[u8]) -> (u32, u32) {
        let png = BASE64.decode(decoded(upload).unwrap().png_base64.as_bytes()).unwrap();
        let image = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
        (image.width(), image.height())
    }

    #[test]
    fn a_logo_is_kept_as_a_small_png_in_its_proportions() {
        assert_eq!(kept(&file(100, 40, ImageFormat::Png)), (100, 40));
        assert_eq!(kept(&file(1280, 256, ImageFormat::Jpeg)), (640, 128));
        assert_eq!(kept(&file(300, 1024, ImageFormat::Png)), (75, 256));
    }

    #[test]
    fn what_stood_beside_the_picture_is_gone() {
        let mut upload = file(20, 20, ImageFormat::Png);
        upload.extend(b"PK\x03\x04 and more");
        let png = BASE64.decode(decoded(&upload).unwrap().png_base64.as_bytes()).unwrap();
        assert!(png.ends_with(b"IEND\xaeB`\x82"));
    }

    #[test]
    fn what_is_no_logo_is_refused_and_the_message_says_what_would_be() {
        let png = file(64, 64, ImageFormat::Png);
        for (upload, error) in [
            (Vec::new(), LogoError::Format),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), LogoError::Format),
            (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), LogoError::Format),
            (vec![0; LARGEST_LOGO + 1], LogoError::File),
            (png[..60].to_vec(), LogoError::Unreadable),
            (file(4097, 1, ImageFormat::Png), LogoError::Pixels),
        ] {
            assert_eq!(decoded(&upload), Err(error));
        }
    }

    #[test]
    fn a_header_that_promises_a_huge_image_costs_nothing() {
        let mut bomb = file(8, 8, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0x0f, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(decoded(&bomb).is_err());
    }

    proptest! {
        #[test]
        fn damaged_images_never_panic(at in 8_usize..400, byte in any::<u8>(), jpeg in any::<bool>()) {
            let mut upload = file(16, 16, if jpeg { ImageFormat::Jpeg } else { ImageFormat::Png });
            let at = at % upload.len();
            upload[at] = byte;
            let _ = decoded(&upload);
        }
    }
}
