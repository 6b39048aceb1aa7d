/// A rectangle of character cells that lines are drawn on. Dots count from the upper left corner.
struct Canvas {
    enum Style {
        /// Two by four dots a cell, in Unicode's braille patterns.
        case braille
        /// One mark a cell.
        case marks
    }

    let columns: Int
    let rows: Int
    private let style: Style
    private struct Cell {
        /// Of the series that drew here last; -1 when nothing is here.
        var series = -1
        /// Braille: one bit per dot.
        var dots: UInt8 = 0
    }
    private var cells: [Cell]

    init(columns: Int, rows: Int, style: Style) {
        self.columns = columns
        self.rows = rows
        self.style = style
        cells = [Cell](repeating: Cell(), count: columns * rows)
    }

    /// Size in dots.
    var width: Int { style == .braille ? columns * 2 : columns }
    var height: Int { style == .braille ? rows * 4 : rows }

    /// A line between two dots, both ends included (Bresenham's algorithm).
    mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), series: Int) {
        let dx = abs(end.x - start.x)
        let dy = -abs(end.y - start.y)
        let stepX = start.x < end.x ? 1 : -1
        let stepY = start.y < end.y ? 1 : -1
        var (x, y) = start
        var error = dx + dy
        while true {
            dot(x, y, series: series)
            if x == end.x && y == end.y { return }
            let doubled = 2 * error
            if doubled >= dy {
                error += dy
                x += stepX
            }
            if doubled <= dx {
                error += dx
                y += stepY
            }
        }
    }

    private mutating func dot(_ x: Int, _ y: Int, series: Int) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let index = style == .braille ? y / 4 * columns + x / 2 : y * columns + x
        if cells[index].series != series, style == .marks { cells[index] = Cell() }
        cells[index].series = series
        if style == .braille { cells[index].dots |= Self.brailleBit(x % 2, y % 4) }
    }

    /// Unicode numbers the dots down the left column, down the right one, then the bottom row.
    private static func brailleBit(_ x: Int, _ y: Int) -> UInt8 {
        y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(x * 3 + y)
    }

    /// The cells of a row, each with its series (-1: blank).
    func row(_ row: Int, marks: [Character]) -> [(character: Character, series: Int)] {
        cells[row * columns..<(row + 1) * columns].map { cell in
            if cell.series < 0 { return (" ", -1) }
            if style == .marks { return (marks[cell.series % marks.count], cell.series) }
            let scalar = UnicodeScalar(0x2800 + UInt32(cell.dots)) ?? " "
            return (Character(scalar), cell.series)
        }
    }
}
