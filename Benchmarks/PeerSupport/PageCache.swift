import Foundation
import Glibc

/// Asks the kernel to forget what it holds in memory of the files below a folder, which no process may have mapped.
package func evict(filesBelow folder: URL) {
    sync()
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    for case let file as URL in files ?? FileManager.DirectoryEnumerator() {
        let descriptor = open(file.path, O_RDONLY)
        if descriptor < 0 { continue }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        close(descriptor)
    }
}
