/// What a command tells the shell.
enum ExitCode: Int32 {
    case ok = 0
    case failed = 1
    case usage = 2
    /// `check` found nothing wrong but something doubtful.
    case findings = 3
}
