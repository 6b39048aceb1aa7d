import CShims

/// What the loops in C are given: the widest vectors of this processor, asked for once.
enum VectorWidth {
    static let bits = cshims_vector_bits()
}
