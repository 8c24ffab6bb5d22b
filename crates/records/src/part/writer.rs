//! The text of one kind of part, and the script that may stand beside it.

use sha2::{Digest, Sha256};

use super::{Deflater, Kind, Segment};

/// Fills the parts of one kind, one after the other.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) kind: Kind,
    /// From the first text of the first part on.
    deflater: Option<Deflater>,
    script: Option<Script>,
    /// Elements in the part.
    elements: u64,
}

/// The same text once more, with an assignment before it. **It is not deflated again**: the data of the array stands behind that
/// of the assignment.
#[derive(Debug)]
struct Script {
    /// `window.YTD.<name>`
    name: String,
    sha256: Option<Sha256>,
}

impl Script {
    fn head(&self, number: u32) -> String {
        format!("{}.part{} = ", self.name, number.saturating_sub(1))
    }

    fn hash(&mut self, number: u32, text: &[u8]) {
        let head = self.head(number);
        self.sha256.get_or_insert_with(|| Sha256::new_with_prefix(head.as_bytes())).update(text);
    }

    /// The array as a script.
    fn end(&mut self, number: u32, array: &Segment) -> Segment {
        let mut head = Deflater::new(false);
        head.write(self.head(number).as_bytes());
        let mut segment = head.cut();
        let mut crc32 = crc32fast::Hasher::new_with_initial_len(segment.crc32, segment.bytes);
        crc32.combine(&crc32fast::Hasher::new_with_initial_len(array.crc32, array.bytes));
        segment.crc32 = crc32.finalize();
        segment.bytes += array.bytes;
        segment.deflated = segment.deflated.followed_by(array.deflated.clone());
        segment.sha256 = self.sha256.take().map(|sha256| sha256.finalize().into());
        segment
    }
}

impl Writer {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, deflater: None, script: None, elements: 0 }
    }

    /// An array with a script beside it, which gives it this name.
    pub(crate) fn with_script(file: &str) -> Self {
        let name = format!("window.YTD.{}", file.replace('-', "_"));
        Self { script: Some(Script { name, sha256: None }), ..Self::new(Kind::Array) }
    }

    /// Adds an element.
    pub(crate) fn push(&mut self, number: u32, element: &str) {
        let lead = match (self.kind, self.elements) {
            (Kind::Array | Kind::Script | Kind::Index, 0) => "[\n",
            (Kind::Array | Kind::Script | Kind::Index, _) => ",\n",
            (Kind::Piece, 0) if number == 1 => "",
            (Kind::Piece, _) => ",\n",
            (Kind::Lines | Kind::Table, _) => "",
        };
        self.elements += 1;
        self.write(number, lead);
        if self.kind != Kind::Lines {
            return self.write(number, element);
        }
        // Line breaks stand between tokens only: within a string they are escaped. Most records have none, which bytes tell fastest.
        if element.bytes().any(|byte| matches!(byte, b'\n' | b'\r')) {
            element.split(['\n', '\r']).for_each(|line| self.write(number, line));
        } else {
            self.write(number, element);
        }
        self.write(number, "\n");
    }

    /// Adds text as it is.
    pub(crate) fn write(&mut self, number: u32, text: &str) {
        let text = text.as_bytes();
        self.deflater().write(text);
        if let Some(script) = &mut self.script {
            script.hash(number, text);
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.deflater.as_ref().is_some_and(Deflater::is_full)
    }

    /// Bytes of text in the part; nothing where they cost more than a chunk already.
    pub(crate) fn light_bytes(&self) -> Option<u64> {
        match &self.deflater {
            None => Some(0),
            Some(deflater) => deflater.is_light().then(|| deflater.bytes()),
        }
    }

    /// Whether there is nothing in the part.
    pub(crate) const fn is_empty(&self) -> bool {
        self.elements == 0
    }

    /// Ends the part: its text, and that of the script.
    pub(crate) fn end(&mut self, number: u32) -> (Segment, Option<Segment>) {
        match (self.kind, self.elements) {
            (Kind::Array | Kind::Script | Kind::Index, 0) => self.write(number, "[]\n"),
            (Kind::Array | Kind::Script | Kind::Index, _) => self.write(number, "\n]\n"),
            _ => {}
        }
        self.elements = 0;
        let is_piece = self.kind == Kind::Piece;
        let deflater = self.deflater();
        let segment = if is_piece { deflater.cut() } else { deflater.finish() };
        let script = self.script.as_mut().map(|script| script.end(number, &segment));
        (segment, script)
    }

    /// Nothing more will come: gives its memory back.
    pub(crate) fn close(&mut self) {
        self.deflater = None;
    }

    fn deflater(&mut self) -> &mut Deflater {
        let is_hashed = self.kind != Kind::Piece;
        self.deflater.get_or_insert_with(|| Deflater::new(is_hashed))
    }
}
