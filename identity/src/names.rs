//! Enums that are stored and typed as words.

/// A word that is none of the known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind}: choose one of {}", .known.join(", "))]
pub struct UnknownName {
    /// What was being read, such as `role`.
    pub kind: &'static str,
    /// All words that would have been understood.
    pub known: &'static [&'static str],
}

/// An enum whose variants have one stable `snake_case` word each, for rows, JSON, flags and pages.
macro_rules! named {
    (
        $kind:literal,
        $(#[$doc:meta])*
        $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $word:literal, )+ }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $( $(#[$variant_doc])* #[serde(rename = $word)] $variant, )+ }

        impl $name {
            /// Every variant, in the order of their declaration.
            pub const ALL: &[Self] = &[ $( Self::$variant, )+ ];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, crate::UnknownName> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err(crate::UnknownName { kind: $kind, known: &[ $( $word, )+ ] }),
                }
            }
        }
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    #[test]
    fn a_word_reads_back_as_its_variant_in_text_and_json() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
            assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{role}\""));
            assert_eq!(serde_json::from_str::<Role>(&format!("\"{role}\"")).unwrap(), *role);
        }
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let refused: UnknownName = "root".parse::<Role>().unwrap_err();
        insta::assert_snapshot!(
            refused,
            @"unknown role: choose one of owner, administrator, accountant, biller, approver, auditor"
        );
    }
}
