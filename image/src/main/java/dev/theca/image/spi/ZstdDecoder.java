package dev.theca.image.spi;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decompresses zstd (RFC 8878). What it is given are whole frames without skippable ones, whose
 * windows are not larger than {@link #maxWindowBytes}. Anything that it throws while it reads means
 * that the bytes are no zstd.
 */
public interface ZstdDecoder {
  /** The plain bytes of all frames, as a stream; closing it frees its memory. */
  InputStream decode(InputStream frames) throws IOException;

  /** The largest window that it decodes, in bytes. */
  int maxWindowBytes();
}
