package dev.theca.image.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageException;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requests of one upload. A chunk that broke off is taken up where the registry says it has
 * come to (GET of the upload's location). The registry may name a new location in every answer.
 */
final class UploadSession {
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");
  private static final int MAX_CHUNK_MIN_BYTES = 256 << 20;
  private static final String OCTETS = "application/octet-stream";

  private final Repository place;
  private String location = "";
  private int leastBytes;
  private long sent;

  UploadSession(Repository place) {
    this.place = place;
  }

  /** How much was sent in chunks before. */
  long sent() {
    return sent;
  }

  /** Opens the upload, once; the least size of a chunk that the registry wants. */
  Outcome<Integer> begin() {
    if (!location.isEmpty()) return Outcome.granted(leastBytes);
    return place
        .host()
        .send(place.call("POST", "blobs/uploads/"))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() != 202) return place.refused(answer, "upload");
                long least = answer.headers().firstValueAsLong("OCI-Chunk-Min-Length").orElse(0);
                if (least > MAX_CHUNK_MIN_BYTES)
                  return place
                      .host()
                      .no("least chunk", "at most " + MAX_CHUNK_MIN_BYTES + " bytes", least + "");
                leastBytes = (int) Math.max(least, 0);
                return moved(answer).map(done -> leastBytes);
              } catch (NumberFormatException e) {
                return place.host().no("least chunk", "a number", "something else");
              }
            });
  }

  private Outcome<Boolean> moved(Answer answer) {
    String next = answer.header("Location");
    if (next.isEmpty() && location.isEmpty())
      return place.host().no("upload", "a location", "none");
    try {
      if (!next.isEmpty()) location = answer.uri().resolve(next).toString();
      return Outcome.granted(true);
    } catch (IllegalArgumentException e) {
      return place.host().no("location of an upload", "an address", "something else");
    }
  }

  /** Sends all that is in the buffer, whatever number of tries it takes. */
  Outcome<Boolean> chunk(ChunkBuffer buffer) {
    int done = 0;
    int failures = 0;
    Retries retries = place.host().settings().retries();
    while (done < buffer.size()) {
      int before = done;
      IOException fault = new IOException("the registry takes nothing");
      var release = place.host().writing();
      try {
        var outcome = patch(buffer, done);
        if (outcome instanceof Outcome.Refused<Long> no) return no.as();
        done = into(buffer, outcome.orThrow(), done);
      } catch (IOException e) {
        fault = e;
      } finally {
        release.run();
      }
      if (done < 0) return lost();
      failures = done > before ? 0 : failures + 1;
      if (failures >= retries.attempts())
        throw new ImageException(
            "an upload to "
                + place
                + " does not go on at byte "
                + (sent + done)
                + ": "
                + fault.getMessage(),
            fault);
      if (done < buffer.size() && failures > 0) {
        Retries.pause(retries.after(failures));
        var status = status();
        if (status instanceof Outcome.Refused<Long> no) return no.as();
        done = into(buffer, status.orThrow(), done);
        if (done < 0) return lost();
      }
    }
    sent += done;
    return Outcome.granted(true);
  }

  /** How much of the buffer the registry has, when it has so much in all; negative when not. */
  private int into(ChunkBuffer buffer, long total, int known) {
    if (total < 0) return known;
    long done = total - sent;
    return done < 0 || done > buffer.size() ? -1 : (int) done;
  }

  private <T> Outcome<T> lost() {
    return place.host().no("upload", "the bytes that were sent", "another number of bytes");
  }

  /** What the registry has after this; negative when that has to be asked. */
  private Outcome<Long> patch(ChunkBuffer buffer, int done) throws IOException {
    var body = buffer.from(done);
    long start = sent + done;
    var call =
        new Call("PATCH", location, place.scope(), Map.of(), body)
            .with("Content-Range", start + "-" + (start + body.size() - 1))
            .with("Content-Type", OCTETS);
    var outcome = place.host().once(call);
    if (!(outcome instanceof Outcome.Granted<Answer>(var answer))) return outcome.map(a -> 0L);
    try (answer) {
      int status = answer.status();
      if (status == 416 || mayPass(status)) return Outcome.granted(-1L);
      if (status / 100 != 2) return place.refused(answer, "chunk of a blob");
      answer.drain(place.host().settings().timeouts().idle());
      return moved(answer).map(ok -> counted(answer, start + body.size()));
    }
  }

  /** 409 too: a registry may still take what came over a connection that has broken. */
  private static boolean mayPass(int status) {
    return status == 409 || Retries.mayPass(status);
  }

  /** The end that the answer names; what was sent when it names none. */
  private static long counted(Answer answer, long otherwise) {
    Matcher range = RANGE.matcher(answer.header("Range"));
    if (!range.matches()) return otherwise;
    long last = Long.parseLong(range.group(1));
    return last == 0 ? 0 : last + 1; // "0-0" is how nothing is written, too
  }

  private Outcome<Long> status() {
    return place
        .host()
        .send(Call.of("GET", location, place.scope()))
        .then(
            answer -> {
              try (answer) {
                if (answer.status() / 100 != 2) return place.refused(answer, "upload");
                return moved(answer).map(ok -> counted(answer, 0));
              }
            });
  }

  /**
   * Names the digest. After a broken connection the blob may be there already, and the upload gone.
   */
  Outcome<Boolean> finish(Digest digest, Payload rest) throws IOException {
    Retries retries = place.host().settings().retries();
    for (int tries = 1; ; tries++) {
      String join = location.contains("?") ? "&" : "?";
      var call =
          new Call("PUT", location + join + "digest=" + digest, place.scope(), Map.of(), rest)
              .with("Content-Type", OCTETS);
      try {
        var outcome = place.host().once(call);
        if (!(outcome instanceof Outcome.Granted<Answer>(var answer)))
          return outcome.map(a -> true);
        try (answer) {
          if (answer.status() / 100 == 2) return confirmed(answer, digest);
          boolean again = mayPass(answer.status()) || tries > 1 && answer.status() == 404;
          if (!again || tries >= retries.attempts()) return place.refused(answer, "blob " + digest);
        }
      } catch (IOException e) {
        if (tries >= retries.attempts()) throw e;
      }
      Retries.pause(retries.after(tries));
      if (arrived(digest)) return Outcome.granted(true);
    }
  }

  private Outcome<Boolean> confirmed(Answer answer, Digest digest) {
    String claimed = answer.header("Docker-Content-Digest");
    answer.drain(place.host().settings().timeouts().idle());
    return claimed.startsWith(digest.algorithm() + ":") && !claimed.equals(digest.toString())
        ? place.host().no("digest of the blob", digest.toString(), claimed)
        : Outcome.granted(true);
  }

  private boolean arrived(Digest digest) {
    if (!(place.host().send(place.call("HEAD", "blobs/" + digest))
        instanceof Outcome.Granted<Answer>(var answer))) return false;
    try (answer) {
      return answer.status() == 200;
    }
  }

  /** Throws the upload away; a registry that cannot do so forgets it by itself. */
  void cancel() {
    if (location.isEmpty()) return;
    try {
      if (place.host().once(Call.of("DELETE", location, place.scope()))
          instanceof Outcome.Granted<Answer>(var answer)) answer.close();
    } catch (IOException | ImageException e) {
      return; // nothing depends on it
    }
  }

  /** Asks for a blob of another repository; cancels the upload that is opened instead. */
  static Outcome<Boolean> mount(Repository place, Descriptor blob, String from) {
    var session = new UploadSession(place);
    String query = "?mount=" + blob.digest() + "&from=" + URLEncoder.encode(from, UTF_8);
    var plain = place.call("POST", "blobs/uploads/" + query);
    var call =
        new Call("POST", plain.target(), place.scope().mounting(from), Map.of(), Payload.NONE);
    // a token server that does not give access to the other repository is no reason to stop
    if (!(place.host().send(call) instanceof Outcome.Granted<Answer>(var answer)))
      return Outcome.granted(false);
    try (answer) {
      if (answer.status() == 201) return Outcome.granted(true);
      if (answer.status() == 202 && session.moved(answer).isGranted()) session.cancel();
      return Outcome.granted(false);
    }
  }
}
