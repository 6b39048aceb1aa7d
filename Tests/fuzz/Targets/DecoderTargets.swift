import Chunks
import Configuration
import Model
import Remote

enum DecoderTargets {
    static func write(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBytes { body in
            guard let request = try? WriteRequest(body, seed: 1) else { return nil }
            let isWhole =
                request.times.count == request.values.count
                && request.series.allSatisfy { $0.samples.upperBound <= request.times.count }
            for series in request.series { _ = try? request.labels(of: series) }
            return isWhole ? nil : "samples without times"
        }
    }

    /// The first byte chooses what is decoded, the second how many values.
    static func chunks(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 2 else { return nil }
        let count = Int(bytes[1]) + 1
        // Exactly as much memory as there are bytes and values: what is touched beyond is seen.
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count - 2, alignment: 1)
        defer { chunk.deallocate() }
        chunk.copyBytes(from: bytes[2...])
        let times = UnsafeMutablePointer<Int64>.allocate(capacity: count)
        let values = UnsafeMutablePointer<Double>.allocate(capacity: count)
        let neighbour = UnsafeMutablePointer<Double>.allocate(capacity: count)
        defer {
            times.deallocate()
            values.deallocate()
            neighbour.deallocate()
        }
        neighbour.initialize(repeating: 3, count: count)
        let input = UnsafeRawBufferPointer(chunk)
        do throws(ChunkError) {
            switch bytes[0] % 3 {
            case 0: try ValueChunk.decode(input, count: count, into: values)
            case 1:
                try ValueChunk.decode(
                    input, relativeTo: UnsafeBufferPointer(start: neighbour, count: count), into: values)
            default:
                try TimestampChunk.decode(input, count: count, into: times)
                for index in 1..<count where times[index] <= times[index - 1] { return "times do not ascend" }
            }
            return nil
        } catch {
            return nil
        }
    }

    static func configuration(_ bytes: [UInt8]) -> String? {
        do throws(ConfigurationError) {
            _ = try ConfigurationLoader.load(bytes, file: "fuzz.yml") { $0 == "HOME" ? "/root" : nil }
            return nil
        } catch {
            return error.message.isEmpty ? "an error says nothing" : nil
        }
    }

    static func json(_ bytes: [UInt8]) -> String? {
        do throws(JSONReader.Problem) {
            _ = try JSONReader.read(bytes)
            return nil
        } catch {
            return (0...bytes.count).contains(error.offset) ? nil : "an error lies outside of the text"
        }
    }
}
