import Glibc
import PeerSupport

/// What the machine itself asks for the least that each hot path has to do, in the unit of that path: no code of ours can
/// be quicker.
func limitBenchmarks() {
    let size = 1 << 28
    let numbers = UnsafeMutablePointer<Double>.allocate(capacity: size / 8)
    defer { numbers.deallocate() }
    numbers.initialize(repeating: 1, count: size / 8)
    var sum = 0.0
    let reading = shortest { sum += total(numbers, size / 8) }
    let writing = shortest {
        memset(numbers, 1, size)
        // Else the compiler sees that nobody reads it.
        sum += total(numbers, 8)
    }
    let samples = Double(size / 8)
    print("limit: reading values from memory \(nanoseconds(reading / samples)) ns/sample\(sum > 0 ? "" : ", FAILED")")
    print("limit: writing values to memory \(nanoseconds(writing / samples)) ns/sample")
    print(
        "limit: receiving over loopback \(nanoseconds(loopbackReceive() * 1000)) ns/kB of the receiver's processor time"
    )
    print("limit: write() to a file \(nanoseconds(fileWrite() * 1000)) ns/kB")
}

/// Eight sums at once, so that the additions do not wait for each other.
private func total(_ numbers: UnsafePointer<Double>, _ count: Int) -> Double {
    var sums = SIMD8<Double>()
    var index = 0
    let vectors = UnsafeRawPointer(numbers).assumingMemoryBound(to: SIMD8<Double>.self)
    while index < count / 8 {
        sums += vectors[index]
        index += 1
    }
    return sums.sum()
}

/// Processor nanoseconds a byte that reading 256 MB from a local connection takes, in pieces of a scraped page's size.
private func loopbackReceive() -> Double {
    let bytes = 1 << 28
    let piece = 1 << 16
    var pair: [Int32] = [-1, -1]
    guard connect(&pair) else { return .nan }
    let sender = pair[0]
    var thread = pthread_t()
    let argument = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    argument.initialize(to: sender)
    pthread_create(
        &thread, nil,
        { argument in
            let descriptor = argument?.load(as: Int32.self) ?? -1
            let page = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 64)
            memset(page, 65, 1 << 16)
            for _ in 0..<(1 << 12) { _ = send(descriptor, page, 1 << 16, Int32(MSG_NOSIGNAL)) }
            page.deallocate()
            return nil
        }, argument)
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 64)
    let began = threadTime()
    var received = 0
    while received < bytes {
        let count = recv(pair[1], buffer, piece, 0)
        if count <= 0 { break }
        received += count
    }
    let time = threadTime() - began
    pthread_join(thread, nil)
    argument.deallocate()
    buffer.deallocate()
    close(pair[0])
    close(pair[1])
    return time / Double(max(received, 1))
}

/// Two ends of a TCP connection on the loopback interface.
private func connect(_ pair: inout [Int32]) -> Bool {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    guard let address = bindLoopback(listener), listen(listener, 1) == 0 else { return false }
    pair[0] = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let isConnected = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            Glibc.connect(pair[0], $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    if !isConnected { return false }
    pair[1] = accept(listener, nil, nil)
    return pair[1] >= 0
}

/// Nanoseconds a byte of appending 64 kB at a time to a file, which is removed.
private func fileWrite() -> Double {
    let path = ".build/limit"
    let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return .nan }
    defer {
        close(descriptor)
        unlink(path)
    }
    let piece = [UInt8](repeating: 65, count: 1 << 16)
    let pieces = 1 << 11
    let began = threadTime()
    for _ in 0..<pieces where write(descriptor, piece, piece.count) < 0 { return .nan }
    return (threadTime() - began) / Double(pieces * piece.count)
}

/// Processor nanoseconds of this thread.
private func threadTime() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
}
