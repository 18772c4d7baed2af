//! Factur-X 1.0 metadata: Typst writes the PDF/A-3 with the XML inside, this adds what names it a Factur-X file to
//! the XMP packet.

use crate::RenderError;
use crate::revise::{Edit, find, rfind};

/// Names that Factur-X, ZUGFeRD 2 and `XRechnung` give the XML.
const NAMES: [&str; 2] = ["factur-x.xml", "xrechnung.xml"];

const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/// Whether an attachment is the e-invoice of a Factur-X file.
pub(crate) fn is_invoice_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// `fx:ConformanceLevel` for a specification identifier (BT-24); empty is plain EN 16931.
pub(crate) fn conformance_level(specification: &str) -> &'static str {
    match specification {
        "" | "urn:cen.eu:en16931:2017" => "EN 16931",
        "urn:factur-x.eu:1p0:minimum" => "MINIMUM",
        "urn:factur-x.eu:1p0:basicwl" => "BASIC WL",
        "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic" => "BASIC",
        "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended" => "EXTENDED",
        _ => "XRECHNUNG",
    }
}

/// Adds values and extension schema to the XMP packet: the packet grows, and the length of its stream with it.
///
/// # Errors
/// [`RenderError::Metadata`] if there is no packet of the form that Typst writes.
pub(crate) fn metadata(pdf: &[u8], file_name: &str, level: &str) -> Result<[Edit; 2], RenderError> {
    let fault = |what| move || RenderError::Metadata(what);
    let start = rfind(pdf, b"<?xpacket begin=").ok_or_else(fault("no XMP packet"))?;
    let end = start + find(&pdf[start..], b"\nendstream").ok_or_else(fault("the XMP packet does not end"))?;
    let packet = std::str::from_utf8(&pdf[start..end]).map_err(|_| fault("the XMP packet is not text")())?;
    let packet = extended(packet, file_name, level).ok_or_else(fault("the XMP packet has another form"))?;
    let length = format!("<</Length {}", end - start);
    let length_at =
        rfind(&pdf[..start], length.as_bytes()).ok_or_else(fault("the XMP stream has no length"))?;
    let new_length = format!("<</Length {}", packet.len());
    Ok([
        Edit { at: length_at, removed: length.len(), written: new_length.into_bytes() },
        Edit { at: start, removed: end - start, written: packet.into_bytes() },
    ])
}

/// The packet with our values in a description of their own and our schema in the list that PDF/A asks for.
fn extended(packet: &str, file_name: &str, level: &str) -> Option<String> {
    const SCHEMAS: &str = "<pdfaExtension:schemas><rdf:Bag>";
    let schemas_at = packet.find(SCHEMAS)? + SCHEMAS.len();
    let close_at = packet.rfind("</rdf:RDF>")?;
    let values = format!(
        r#"<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}"><fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{file_name}</fx:DocumentFileName><fx:Version>1.0</fx:Version><fx:ConformanceLevel>{level}</fx:ConformanceLevel></rdf:Description>"#
    );
    let schema = schema();
    Some(
        [&packet[..schemas_at], &schema, &packet[schemas_at..close_at], &values, &packet[close_at..]]
            .concat(),
    )
}

fn schema() -> String {
    let property = |(name, description): (&str, &str)| {
        format!(
            r#"<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"#
        )
    };
    let properties: String = [
        ("DocumentFileName", "Name of the embedded XML invoice file"),
        ("DocumentType", "Type of the hybrid document"),
        ("Version", "Version of the standard that the embedded XML follows"),
        ("ConformanceLevel", "Conformance level of the embedded XML"),
    ]
    .map(property)
    .concat();
    format!(
        r#"<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_follows_the_specification_identifier() {
        assert_eq!(conformance_level(""), "EN 16931");
        assert_eq!(conformance_level("urn:cen.eu:en16931:2017"), "EN 16931");
        let xrechnung = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0";
        assert_eq!(conformance_level(xrechnung), "XRECHNUNG");
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        for bytes in [&b""[..], b"%PDF-1.7", b"<?xpacket begin=", b"<?xpacket begin= \nendstream\nendobj\n"] {
            assert!(matches!(metadata(bytes, "factur-x.xml", "EN 16931"), Err(RenderError::Metadata(_))));
        }
    }
}
