package dev.theca.image.unpack;

import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.zstd.ZstdInput;
import java.io.InputStream;

/** zstd without native code, as enclaves want it. */
public final class JavaZstd implements ZstdDecoder {
  public JavaZstd() {
    // nothing to keep
  }

  @Override
  public InputStream decode(InputStream frames) {
    return new ZstdInput(frames, maxWindowBytes());
  }

  /** What decoders should support at least (RFC 8878 section 3.1.1.1.2), and zstd -19 uses. */
  @Override
  public int maxWindowBytes() {
    return 8 << 20;
  }
}
