import Foundation

/// `fuzz seeds TARGET FOLDER` writes inputs to begin with; `fuzz run TARGET [libFuzzer's arguments]` looks for more.
exit(Driver.main(CommandLine.arguments))
