//! What can be done to a sealed file by appending to it, each attack built from our own files and named for what it
//! is, with what pyHanko says about the same file.

use counterfoil_seal::{TamperFinding, inspect_pdf};
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, Stream, dictionary};

use crate::fixtures::{Parts, SEALED, XML, find, prepared, python, seal, with_file};
use crate::judged::pyhanko;
use crate::tampered::{intact, updated};

/// The codes of all changes that the update is said to make.
fn changes(pdf: &[u8]) -> Vec<&'static str> {
    let inspection = inspect_pdf(pdf).unwrap();
    assert!(!intact(inspection.signature).covers_whole_file);
    let updates = inspection.findings.iter().filter_map(|finding| match finding {
        TamperFinding::UpdateAppended { changes, .. } => Some(changes),
        _ => None,
    });
    updates.flatten().map(counterfoil_seal::Change::code).collect()
}

fn first_page(update: &IncrementalDocument) -> ObjectId {
    update.get_prev_documents().page_iter().next().unwrap()
}

fn root(update: &IncrementalDocument) -> ObjectId {
    update.get_prev_documents().trailer.get(b"Root").unwrap().as_reference().unwrap()
}

/// A dictionary of the signed revision, taken over into the update to be changed.
fn edit(update: &mut IncrementalDocument, id: ObjectId) -> &mut Dictionary {
    update.opt_clone_object_to_new_document(id).unwrap();
    update.new_document.get_dictionary_mut(id).unwrap()
}

fn overlay(update: &mut IncrementalDocument) {
    let page = first_page(update);
    let text = b"BT /F1 12 Tf 72 700 Td (Pay to DE89 3704 0044 0532 0130 00) Tj ET".to_vec();
    let text = update.new_document.add_object(Stream::new(dictionary! {}, text));
    let page = edit(update, page);
    let below = page.get(b"Contents").unwrap().clone();
    page.set("Contents", vec![below, text.into()]);
}

fn cropped(update: &mut IncrementalDocument) {
    let page = first_page(update);
    edit(update, page).set("CropBox", vec![0.into(), 0.into(), 300.into(), 300.into()]);
}

fn annotate(update: &mut IncrementalDocument, annotation: Dictionary) {
    let page = first_page(update);
    let annotation = update.new_document.add_object(annotation);
    let page = edit(update, page);
    let mut all = page.get(b"Annots").unwrap().as_array().unwrap().clone();
    all.push(annotation.into());
    page.set("Annots", all);
}

fn text_box(update: &mut IncrementalDocument) {
    annotate(
        update,
        dictionary! {
            "Type" => "Annot", "Subtype" => "FreeText", "F" => 4,
            "Rect" => vec![70.into(), 690.into(), 400.into(), 710.into()],
            "Contents" => Object::string_literal("New account: DE89 3704 0044 0532 0130 00"),
            "DA" => Object::string_literal("/Helv 12 Tf 0 g"),
        },
    );
}

/// A text field with a value, which viewers draw.
fn form_value(update: &mut IncrementalDocument) {
    let field = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "F" => 4,
        "Rect" => vec![70.into(), 690.into(), 400.into(), 710.into()],
        "T" => Object::string_literal("Account"), "V" => Object::string_literal("DE89 3704 0044 0532 0130 00"),
        "DA" => Object::string_literal("/Helv 12 Tf 0 g"),
    };
    annotate(update, field);
    let field = (update.new_document.max_id, 0);
    let root = root(update);
    let form = edit(update, root).get_mut(b"AcroForm").unwrap().as_dict_mut().unwrap();
    form.get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(field.into());
    form.set("NeedAppearances", true);
}

fn new_page(update: &mut IncrementalDocument) -> (ObjectId, ObjectId) {
    let page = first_page(update);
    let mut other = update.get_prev_documents().get_dictionary(page).unwrap().clone();
    let pages = other.get(b"Parent").unwrap().as_reference().unwrap();
    let text = b"BT /F1 12 Tf 72 720 Td (Invoice INV-2026-0001, 919.00 EUR) Tj ET".to_vec();
    let text = update.new_document.add_object(Stream::new(dictionary! {}, text));
    other.set("Contents", text);
    (update.new_document.add_object(other), pages)
}

fn page_replaced(update: &mut IncrementalDocument) {
    let (page, pages) = new_page(update);
    edit(update, pages).set("Kids", vec![page.into()]);
}

fn page_added(update: &mut IncrementalDocument) {
    let (page, pages) = new_page(update);
    let first = first_page(update);
    let pages = edit(update, pages);
    pages.set("Kids", vec![first.into(), page.into()]);
    pages.set("Count", 2);
}

fn page_removed(update: &mut IncrementalDocument) {
    let second = update.get_prev_documents().page_iter().nth(1).unwrap();
    let pages = update.get_prev_documents().get_dictionary(second).unwrap().get(b"Parent").unwrap();
    let pages = pages.as_reference().unwrap();
    let first = first_page(update);
    let pages = edit(update, pages);
    pages.set("Kids", vec![first.into()]);
    pages.set("Count", 1);
}

fn embedded(update: &IncrementalDocument) -> ObjectId {
    let is_file = |object: &Object| {
        object.as_stream().and_then(|stream| stream.dict.get_type()).is_ok_and(|kind| kind == b"EmbeddedFile")
    };
    *update.get_prev_documents().objects.iter().find(|(_, object)| is_file(object)).unwrap().0
}

fn xml_swapped(update: &mut IncrementalDocument) {
    let file = embedded(update);
    let forged = String::from_utf8(XML.to_vec()).unwrap().replace("0001", "0002");
    let kind = dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text/xml" };
    update.new_document.objects.insert(file, Stream::new(kind, forged.into_bytes()).into());
}

fn second_xml(update: &mut IncrementalDocument) {
    let file = update.new_document.add_object(Stream::new(dictionary! {}, b"<forged/>".to_vec()));
    let specification = update.new_document.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("zugferd-invoice.xml"), "EF" => dictionary! { "F" => file },
    });
    let root = root(update);
    edit(update, root).get_mut(b"AF").unwrap().as_array_mut().unwrap().push(specification.into());
}

fn layers(update: &mut IncrementalDocument) {
    let layer = update.new_document.add_object(dictionary! {
        "Type" => "OCG", "Name" => Object::string_literal("Terms"),
    });
    let root = root(update);
    let shown = dictionary! { "OFF" => vec![layer.into()] };
    edit(update, root).set("OCProperties", dictionary! { "OCGs" => vec![layer.into()], "D" => shown });
}

fn unused_object(update: &mut IncrementalDocument) {
    update.new_document.add_object(dictionary! { "Note" => Object::string_literal("unused") });
}

#[test]
fn every_update_is_named_for_what_it_does_to_the_document() {
    type Attack = fn(&mut IncrementalDocument);
    // An object that nothing refers to harms nobody: pyHanko lets it pass, we do not.
    let (refuses, accepts) = (false, true);
    let attacks: [(Attack, &str, bool); 10] = [
        (overlay, "page-content-changed", refuses),
        (cropped, "page-content-changed", refuses),
        (text_box, "annotation-added", refuses),
        (form_value, "form-value-changed", refuses),
        (page_replaced, "page-replaced", refuses),
        (page_added, "page-added", refuses),
        (xml_swapped, "embedded-file-swapped", refuses),
        (second_xml, "embedded-file-added", refuses),
        (layers, "layers-changed", refuses),
        (unused_object, "other-update", accepts),
    ];
    for (kind, sealed) in SEALED.iter() {
        for (attack, expected, accepted) in attacks {
            let pdf = updated(sealed, attack);
            assert_eq!(changes(&pdf), [expected], "{kind}");
            if *kind == "table" {
                let opinion = pyhanko(&pdf);
                assert_eq!(opinion.contains("bottom-line"), accepted, "{expected}: {opinion}");
                assert!(!opinion.contains("ENTIRE_FILE"), "{expected}: {opinion}");
            }
        }
    }
}

#[test]
fn a_page_that_is_taken_away_is_missed() {
    let sealed = seal(&prepared(|pdf, parts| {
        let second = pdf.get_dictionary(parts.page).unwrap().clone();
        let second = pdf.add_object(second);
        let pages = pdf.get_dictionary_mut(parts.pages).unwrap();
        pages.set("Kids", vec![parts.page.into(), second.into()]);
        pages.set("Count", 2);
    }));
    let pdf = updated(&sealed, page_removed);
    assert_eq!(changes(&pdf), ["page-removed"]);
    assert!(!pyhanko(&pdf).contains("bottom-line"));
}

#[test]
fn a_link_that_was_signed_cannot_be_pointed_elsewhere_or_removed() {
    let sealed = seal(&prepared(|pdf, parts| {
        let link = pdf.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "F" => 4, "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://invoices.example.com") },
        });
        pdf.get_dictionary_mut(parts.page).unwrap().set("Annots", vec![link.into()]);
    }));
    let link = |update: &IncrementalDocument| {
        let page = update.get_prev_documents().get_dictionary(first_page(update)).unwrap();
        page.get(b"Annots").unwrap().as_array().unwrap()[0].as_reference().unwrap()
    };
    let pointed = updated(&sealed, |update| {
        let link = link(update);
        let action = edit(update, link).get_mut(b"A").unwrap().as_dict_mut().unwrap();
        action.set("URI", Object::string_literal("https://invoices.example.net"));
    });
    assert_eq!(changes(&pointed), ["annotation-changed"]);
    let removed = updated(&sealed, |update| {
        let page = first_page(update);
        let all = edit(update, page).get_mut(b"Annots").unwrap().as_array_mut().unwrap();
        all.remove(0);
    });
    assert_eq!(changes(&removed), ["annotation-removed"]);
}

#[test]
fn a_stamp_of_pyhanko_itself_is_a_change_of_the_page() {
    let pdf = with_file(&SEALED[0].1, |path| {
        let target = path.with_file_name("stamped.pdf");
        python("stamp.py", &[path, &target]);
        std::fs::read(target).unwrap()
    });
    assert_eq!(changes(&pdf), ["page-content-changed"]);
    assert!(!pyhanko(&pdf).contains("bottom-line"));
}

/// An update written by hand: only cross-reference entries and a trailer, for what tools do not do.
fn cross_references(sealed: &[u8], entries: &[(u32, &str)], root: ObjectId) -> Vec<u8> {
    let mut pdf = sealed.to_vec();
    let size = Document::load_mem(sealed).unwrap().max_id + 1;
    let last = sealed.len() - sealed.iter().rev().position(|&byte| byte == b'f').unwrap();
    let previous = String::from_utf8_lossy(&sealed[last..]).lines().nth(1).unwrap().to_owned();
    let start = pdf.len();
    pdf.extend(b"xref\n");
    for (number, entry) in entries {
        pdf.extend(format!("{number} 1\n{entry} \n").bytes());
    }
    let trailer = format!(
        "trailer\n<</Size {size}/Root {} {} R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n",
        root.0, root.1
    );
    pdf.extend(trailer.bytes());
    pdf
}

/// The invoice with a picture over a part of it, as a shadow attack prepares it.
fn covered(pdf: &mut Document, parts: &Parts) {
    let frame = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
    };
    let cover = pdf.add_object(Stream::new(frame, b"1 g 60 710 400 30 re f".to_vec()));
    let text = b"BT /F1 12 Tf 72 720 Td (Pay 919.00 EUR) Tj ET /Cover Do".to_vec();
    let text = pdf.add_object(Stream::new(Dictionary::new(), text));
    let page = pdf.get_dictionary_mut(parts.page).unwrap();
    page.set("Contents", text);
    let resources = page.get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
    resources.set("XObject", dictionary! { "Cover" => cover });
}

#[test]
fn shadow_hide_by_freeing_the_cover_or_by_leaving_it_out_is_named() {
    let sealed = seal(&prepared(covered));
    let document = Document::load_mem(&sealed).unwrap();
    let root = document.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let is_cover = |object: &Object| object.as_stream().is_ok_and(|stream| stream.dict.has(b"BBox"));
    let cover = document.objects.iter().find(|(_, object)| is_cover(object)).unwrap().0.0;
    let freed = cross_references(&sealed, &[(cover, "0000000000 65535 f")], root);
    assert_eq!(changes(&freed), ["shadow-hide"]);
    let left_out = updated(&sealed, |update| {
        let page = first_page(update);
        let resources = edit(update, page).get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
        resources.remove(b"XObject");
    });
    assert_eq!(changes(&left_out), ["shadow-hide"]);
    for pdf in [freed, left_out] {
        assert!(!pyhanko(&pdf).contains("bottom-line"));
    }
}

#[test]
fn shadow_replace_by_another_font_under_the_same_number_is_named() {
    let mut font = None;
    let sealed = seal(&prepared(|_, parts| font = Some(parts.font)));
    let pdf = updated(&sealed, |update| {
        let font = edit(update, font.unwrap());
        font.set(
            "Encoding",
            dictionary! {
                "Type" => "Encoding",
                "Differences" => vec![49.into(), Object::Name(b"nine".to_vec())],
            },
        );
    });
    assert_eq!(changes(&pdf), ["shadow-replace"]);
    assert!(!pyhanko(&pdf).contains("bottom-line"));
}

/// A whole second document among the objects, which nothing refers to.
fn second_document(pdf: &mut Document, parts: &Parts) {
    let text = b"BT /F1 12 Tf 72 720 Td (Invoice INV-2026-0001, 919.00 EUR) Tj ET".to_vec();
    let text = pdf.add_object(Stream::new(Dictionary::new(), text));
    let mut page = pdf.get_dictionary(parts.page).unwrap().clone();
    page.set("Contents", text);
    let page = pdf.add_object(page);
    let pages = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    let pages = pdf.add_object(pages);
    pdf.get_dictionary_mut(page).unwrap().set("Parent", pages);
    let mut catalog = pdf.get_dictionary(parts.catalog).unwrap().clone();
    catalog.set("Pages", pages);
    catalog.set("Hidden", true);
    pdf.add_object(catalog);
}

#[test]
fn shadow_hide_and_replace_by_nothing_but_cross_references_is_named() {
    let sealed = seal(&prepared(second_document));
    let document = Document::load_mem(&sealed).unwrap();
    let hidden = |object: &Object| object.as_dict().is_ok_and(|catalog| catalog.has(b"Hidden"));
    let second = *document.objects.iter().find(|(_, object)| hidden(object)).unwrap().0;
    let by_root = cross_references(&sealed, &[(0, "0000000000 65535 f")], second);
    assert!(changes(&by_root).contains(&"shadow-hide-and-replace"), "{:?}", changes(&by_root));

    // The page's number is pointed at the other page's bytes, as far as a strict reader goes along with that.
    let sealed = seal(&prepared(|pdf, parts| {
        let text = b"BT /F1 12 Tf 72 720 Td (Invoice INV-2026-0001, 919.00 EUR) Tj ET".to_vec();
        let text = Stream::new(dictionary! { "Hidden" => true }, text);
        let page = pdf.get_dictionary(parts.page).unwrap();
        let number = page.get(b"Contents").unwrap().as_reference().unwrap().0;
        // Inside a stream, where nobody looks for objects, lies one with the number of the page's content.
        let mut inner = format!("{number} 0 obj\n<</Length {}>>\nstream\n", text.content.len()).into_bytes();
        inner.extend(&text.content);
        inner.extend(b"\nendstream\nendobj\n");
        pdf.add_object(Stream::new(dictionary! { "Type" => "Hidden" }, inner));
    }));
    let document = Document::load_mem(&sealed).unwrap();
    let root = document.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let page = document.page_iter().next().unwrap();
    let number = document.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap().0;
    let inner = format!("stream\n{number} 0 obj");
    let at = find(&sealed, inner.as_bytes()).unwrap() + "stream\n".len();
    let by_number = cross_references(&sealed, &[(number, &format!("{at:010} 00000 n"))], root);
    assert_eq!(changes(&by_number), ["shadow-hide-and-replace"]);
    for pdf in [by_root, by_number] {
        assert!(!pyhanko(&pdf).contains("bottom-line"));
    }
}
