use std::collections::BTreeMap;

use crate::pdf::{Dictionary, Document, Object, Reference, XrefStyle, append};

/// An incremental update (ISO 32000-2, 7.5.6) under construction behind the bytes of a file.
pub(super) struct Update<'a> {
    document: &'a Document<'a>,
    out: Vec<u8>,
    offsets: BTreeMap<u32, (usize, u16)>,
    next: u32,
}

impl<'a> Update<'a> {
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        let mut out = Vec::with_capacity(document.bytes().len() + 32_768);
        out.extend(document.bytes());
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        Self { document, out, offsets: BTreeMap::new(), next: document.next_number() }
    }

    /// A new object number.
    pub(super) fn reserve(&mut self) -> Reference {
        let reference = Reference { number: self.next, generation: 0 };
        self.next += 1;
        reference
    }

    pub(super) fn write(&mut self, reference: Reference, object: &Object) {
        self.write_with(reference, |out| object.write(out));
    }

    /// Writes an object by hand and returns what `write` returns.
    pub(super) fn write_with<T>(&mut self, reference: Reference, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let Reference { number, generation } = reference;
        self.offsets.insert(number, (self.out.len(), generation));
        append(&mut self.out, format_args!("{number} {generation} obj\n"));
        let written = write(&mut self.out);
        self.out.extend(b"\nendobj\n");
        written
    }

    /// Ends the file with a cross-reference section in the style of the one before it. `id` tells this revision
    /// from others; the first identifier stays that of the original.
    pub(super) fn finish(mut self, id: &[u8]) -> Vec<u8> {
        let start = self.out.len();
        match self.document.xref_style() {
            XrefStyle::Table => self.write_table(id),
            XrefStyle::Stream => self.write_stream(id),
        }
        append(&mut self.out, format_args!("startxref\n{start}\n%%EOF\n"));
        self.out
    }

    fn trailer(&self, id: &[u8]) -> Dictionary {
        let old = self.document.trailer();
        let new_id = Object::String(id.to_vec());
        let first_id = match old.get("ID").and_then(Object::as_array) {
            Some([first, ..]) => first.clone(),
            _ => new_id.clone(),
        };
        let mut trailer = Dictionary::from([
            ("Size", Object::Integer(self.next.into())),
            ("Prev", Object::size(self.document.xref_start())),
            ("ID", Object::Array(vec![first_id, new_id])),
        ]);
        for key in ["Root", "Info"] {
            if let Some(value) = old.get(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer
    }

    /// Consecutive numbers with their offsets and generations.
    fn sections(&self) -> Vec<(u32, Vec<(usize, u16)>)> {
        let mut sections: Vec<(u32, Vec<(usize, u16)>)> = Vec::new();
        for (&number, &entry) in &self.offsets {
            match sections.last_mut() {
                Some((first, entries)) if u64::from(*first) + entries.len() as u64 == u64::from(number) => {
                    entries.push(entry);
                }
                _ => sections.push((number, vec![entry])),
            }
        }
        sections
    }

    fn write_table(&mut self, id: &[u8]) {
        self.out.extend(b"xref\n");
        for (first, entries) in self.sections() {
            append(&mut self.out, format_args!("{first} {}\n", entries.len()));
            for (offset, generation) in entries {
                append(&mut self.out, format_args!("{offset:010} {generation:05} n \n"));
            }
        }
        self.out.extend(b"trailer\n");
        Object::Dictionary(self.trailer(id)).write(&mut self.out);
        self.out.push(b'\n');
    }

    /// The stream lists itself too. It is not compressed: six rows.
    fn write_stream(&mut self, id: &[u8]) {
        let own = self.reserve();
        self.offsets.insert(own.number, (self.out.len(), 0));
        let mut index = Vec::new();
        let mut rows = Vec::new();
        for (first, entries) in self.sections() {
            index.extend([Object::Integer(first.into()), Object::size(entries.len())]);
            for (offset, generation) in entries {
                rows.push(1);
                rows.extend((offset as u64).to_be_bytes());
                rows.extend(generation.to_be_bytes());
            }
        }
        let mut dictionary = self.trailer(id);
        dictionary.set("Type", Object::name("XRef"));
        dictionary.set("W", Object::Array([1, 8, 2].map(Object::Integer).into()));
        dictionary.set("Index", Object::Array(index));
        dictionary.set("Length", Object::size(rows.len()));
        self.write_with(own, |out| {
            Object::Dictionary(dictionary).write(out);
            out.extend(b"\nstream\n");
            out.extend(&rows);
            out.extend(b"\nendstream");
        });
    }
}
