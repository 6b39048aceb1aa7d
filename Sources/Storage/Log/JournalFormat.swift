/// Constants of the journal's frames (docs/format/journal.md). One frame is one commit:
///
///     base time    signed varint, milliseconds
///     entries      to the end of the frame
///
///     row, fill    flags u8, timeline varint, group varint, sequence varint,
///                  row:  time signed varint, less the base time    fill: row varint
///                  [added: number varint, references: signed varints, each less the one before (0 at first)]
///                  cells
///     late         flags u8, number varint, then per sample: reference signed varint less the one before,
///                  time signed varint less the base time, cell code with base 0
///
/// Cells of a group's first row: a code for every column of the layout, base 0. Of a later row: which
/// columns differ from the row before, as a bitmap (number of columns varint, then a bit a column, low bit
/// first) or a list, then their codes; or, in a sparse row, which columns have a cell, then the codes of those. Of a
/// fill: a list, then codes based on the row before (0 in the first row). A list is its length and the columns, each
/// less the one before less one (the first less zero), all varints. Sequence counts the entries of the
/// group from 0: an entry out of sequence has lost its predecessor.
enum JournalFormat {
    static let commitFrame: UInt8 = 1

    enum Entry: UInt8 {
        case row = 0
        case fill = 1
        case late = 2
    }

    static let entryMask: UInt8 = 0x03
    /// Columns were added to the layout; in a first row they are the layout.
    static let added: UInt8 = 0x04
    /// The columns of a later row are a list, not a bitmap.
    static let list: UInt8 = 0x08
    /// No cells follow: each column that has a value in the row before gets a stale marker.
    static let allStale: UInt8 = 0x10
    /// Columns that are not named have no cell in a later row, instead of that of the row before.
    static let sparse: UInt8 = 0x20
}
