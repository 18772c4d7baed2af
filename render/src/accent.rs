//! The organisation's colour, as dark as text on white paper needs it.

use counterfoil_invoice::paper::Colour;

/// WCAG 2.2, 1.4.3: text of the usual size.
const LEAST_CONTRAST: f64 = 4.5;

/// The colour itself, or the lightest darker shade of it that is easy to read on white.
pub(crate) fn legible(colour: Colour) -> Colour {
    let shade = |share: u16| Colour {
        channels: colour.channels.map(|channel| {
            u8::try_from(u16::from(channel) * share / 256).expect("a part of a byte is a byte")
        }),
    };
    (0..=256).rev().map(shade).find(|shade| contrast_with_white(*shade) >= LEAST_CONTRAST).unwrap_or(shade(0))
}

/// WCAG 2.2, contrast ratio.
fn contrast_with_white(colour: Colour) -> f64 {
    let [red, green, blue] = colour.channels.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    1.05 / (luminance + 0.05)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dark_colours_stay_and_light_ones_become_a_darker_shade() {
        for (asked, drawn) in [
            ("#1d4466", "#1d4466"),
            ("#000000", "#000000"),
            ("#767676", "#767676"),
            ("#777777", "#767676"),
            ("#ffcc00", "#907300"),
            ("#ffffff", "#767676"),
        ] {
            assert_eq!(legible(asked.parse().unwrap()).to_string(), drawn, "{asked}");
        }
        assert!((contrast_with_white("#ffffff".parse().unwrap()) - 1.0).abs() < 1e-9);
        assert!((contrast_with_white("#000000".parse().unwrap()) - 21.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn every_accent_is_easy_to_read(channels in any::<[u8; 3]>()) {
            let drawn = legible(Colour { channels });
            prop_assert!(contrast_with_white(drawn) >= LEAST_CONTRAST, "{drawn}");
        }
    }
}
