import Testing

/// The real binary, started as a process. One test after the other: they measure times.
@Suite(.serialized) struct EndToEndTests {}
