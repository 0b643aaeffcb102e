package dev.theca.image.remote;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One answer that carries a blob from some offset on (RFC 9110 section 14). A server that ignores
 * the range sends all: the start is read and thrown away. One that sends another range than it was
 * asked for is at fault.
 */
final class BlobPart {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");
  private static final int SKIP_BYTES = 64 << 10;

  private BlobPart() {}

  /** The bytes from the offset on; an empty stream when the place has no such offset. */
  static InputStream open(Repository place, Descriptor blob, long offset, boolean ranged)
      throws IOException {
    var call = place.call("GET", "blobs/" + blob.digest());
    if (offset > 0 && ranged)
      call = call.with("Range", "bytes=" + offset + "-" + (blob.size() - 1));
    var outcome = place.host().send(call);
    if (outcome instanceof Outcome.Refused<Answer>(var reasons))
      throw refused(new RefusedException(reasons));
    var answer = outcome.orThrow();
    try {
      switch (answer.status()) {
        case 200 -> {
          skip(answer.body(), offset);
          return answer.body();
        }
        case 206 -> {
          Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
          if (!range.matches()
              || Long.parseLong(range.group(1)) != offset
              || !range.group(3).equals("*") && Long.parseLong(range.group(3)) != blob.size())
            throw new WrongRange(place + " sent another range than bytes " + offset + "-");
          return answer.body();
        }
        case 416 -> {
          answer.close();
          return InputStream.nullInputStream();
        }
        default -> {
          Outcome<InputStream> no = place.refused(answer, "blob " + blob.digest());
          throw refused(new RefusedException(((Outcome.Refused<InputStream>) no).reasons()));
        }
      }
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  /** A server that cannot be asked for ranges. */
  static final class WrongRange extends IOException {
    private static final long serialVersionUID = 1L;

    WrongRange(String message) {
      super(message);
    }
  }

  private static ImageException refused(RefusedException cause) {
    return new ImageException(String.valueOf(cause.getMessage()), cause);
  }

  private static void skip(InputStream in, long count) throws IOException {
    byte[] part = new byte[(int) Math.min(SKIP_BYTES, Math.max(count, 1))];
    for (long left = count; left > 0; ) {
      int n = in.read(part, 0, (int) Math.min(part.length, left));
      if (n < 0) throw new EOFException("the blob ended before byte " + count);
      left -= n;
    }
  }
}
