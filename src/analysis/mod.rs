//! (filled in by the layer's first commit)
