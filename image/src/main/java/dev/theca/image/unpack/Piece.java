package dev.theca.image.unpack;

/** A buffer that travels through a layer's pipe and comes back to its pool. */
final class Piece {
  final byte[] bytes;
  int length;

  Piece(int size) {
    this.bytes = new byte[size];
  }
}
