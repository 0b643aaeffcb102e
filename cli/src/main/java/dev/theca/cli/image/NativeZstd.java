package dev.theca.cli.image;

import dev.theca.image.spi.ZstdDecoder;
import dev.theca.interop.Zstd;
import java.io.IOException;
import java.io.InputStream;

/** zstd by the native library, for the owner's machine. */
final class NativeZstd implements ZstdDecoder {
  /** What {@code zstd --ultra} writes, and the library reads without being asked for more. */
  private static final int MAX_WINDOW_BYTES = 128 << 20;

  @Override
  public InputStream decode(InputStream frames) throws IOException {
    return Zstd.decoder(frames);
  }

  @Override
  public int maxWindowBytes() {
    return MAX_WINDOW_BYTES;
  }
}
