//! Factur-X 1.0 metadata: Typst writes the PDF/A-3 with the XML inside, this adds what names it a Factur-X file to
//! the XMP packet. The packet grows, so its length and the cross-reference table after it are put right.

use crate::RenderError;

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

/// Adds values and extension schema to the XMP packet of a PDF with one revision and a plain cross-reference table.
///
/// # Errors
/// [`RenderError::Metadata`] if the file is not in that form.
pub(crate) fn add_metadata(pdf: Vec<u8>, file_name: &str, level: &str) -> Result<Vec<u8>, RenderError> {
    let fault = |what| move || RenderError::Metadata(what);
    let start = rfind(&pdf, b"<?xpacket begin=").ok_or_else(fault("no XMP packet"))?;
    let end = start + find(&pdf[start..], b"\nendstream").ok_or_else(fault("the XMP packet does not end"))?;
    let packet = std::str::from_utf8(&pdf[start..end]).map_err(|_| fault("the XMP packet is not text")())?;
    let packet = extended(packet, file_name, level).ok_or_else(fault("the XMP packet has another form"))?;

    let length = format!("<</Length {}", end - start);
    let length_at =
        rfind(&pdf[..start], length.as_bytes()).ok_or_else(fault("the XMP stream has no length"))?;
    let table = number_after(&pdf, b"startxref\n").ok_or_else(fault("no cross-reference table"))?;
    if pdf.get(table..table + 5) != Some(b"xref\n") || table < end {
        return Err(RenderError::Metadata("the cross-reference table is elsewhere"));
    }

    let new_length = format!("<</Length {}", packet.len());
    let grown = packet.len() + new_length.len() - (end - start) - length.len();
    let mut out = Vec::with_capacity(pdf.len() + grown);
    out.extend_from_slice(&pdf[..length_at]);
    out.extend_from_slice(new_length.as_bytes());
    out.extend_from_slice(&pdf[length_at + length.len()..start]);
    out.extend_from_slice(packet.as_bytes());
    out.extend_from_slice(&pdf[end..table]);
    write_table(&mut out, &pdf[table..], length_at, grown)
        .ok_or_else(fault("the cross-reference table is damaged"))?;
    Ok(out)
}

/// The cross-reference table with every offset behind `from` moved, and the end of the file.
fn write_table(out: &mut Vec<u8>, tail: &[u8], from: usize, by: usize) -> Option<()> {
    let table_at = out.len();
    let entries_at = 5 + find(&tail[5..], b"\n")? + 1;
    let entries = find(tail, b"trailer")?;
    out.extend_from_slice(&tail[..entries_at]);
    for entry in tail[entries_at..entries].chunks(20) {
        let offset: usize = std::str::from_utf8(entry.get(..10)?).ok()?.parse().ok()?;
        let moved = if entry.get(17) == Some(&b'n') && offset > from { offset + by } else { offset };
        out.extend_from_slice(format!("{moved:010}").as_bytes());
        out.extend_from_slice(entry.get(10..20)?);
    }
    let start = find(tail, b"startxref\n")?;
    out.extend_from_slice(&tail[entries..start]);
    out.extend_from_slice(format!("startxref\n{table_at}\n%%EOF").as_bytes());
    Some(())
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

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

fn number_after(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let at = rfind(bytes, what)? + what.len();
    let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[at..at + digits]).ok()?.parse().ok()
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
        for bytes in [&b""[..], b"%PDF-1.7", b"<?xpacket begin= \nendstream\nendobj\n startxref\n0\n%%EOF"] {
            assert!(matches!(
                add_metadata(bytes.to_vec(), "factur-x.xml", "EN 16931"),
                Err(RenderError::Metadata(_))
            ));
        }
    }
}
