import Model

/// Parts of dates, UTC, of times in seconds.
enum Calendar {
    /// Times beyond this (about 285 million years) and NaN have no date.
    private static let limit = 9e15

    static func field(_ function: ElementwiseFunction, _ seconds: Double) -> Double {
        guard seconds.magnitude < limit else { return .ordinaryNaN }
        // Part seconds are cut off towards zero.
        let (days, inDay) = TimeText.divide(Int64(seconds), 86_400)
        let (year, month, day) = TimeText.civil(fromDays: days)
        switch function {
        case .minute: return Double(inDay / 60 % 60)
        case .hour: return Double(inDay / 3600)
        // 1970-01-01 was a Thursday.
        case .dayOfWeek: return Double(TimeText.divide(days + 4, 7).remainder)
        case .dayOfMonth: return Double(day)
        case .dayOfYear: return Double(days - TimeText.days(year: year, month: 1, day: 1) + 1)
        case .daysInMonth:
            let next = month == 12 ? (year + 1, 1) : (year, month + 1)
            return Double(
                TimeText.days(year: next.0, month: next.1, day: 1) - TimeText.days(year: year, month: month, day: 1))
        case .month: return Double(month)
        default: return Double(year)
        }
    }
}
