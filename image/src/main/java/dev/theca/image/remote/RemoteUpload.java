package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.image.ImageWriter;
import dev.theca.image.work.Stage;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import java.io.IOException;
import java.util.Optional;

/**
 * A blob on its way to a registry (distribution-spec, "Pushing a blob in chunks"): nothing is asked
 * before a chunk is full, so a small blob is one POST and one PUT. While one chunk is on its way
 * the next one is filled. Not for several threads.
 */
final class RemoteUpload implements ImageWriter.BlobUpload {
  private final UploadSession session;
  private ChunkBuffer buffer;
  private ChunkBuffer other;
  private Optional<Stage<Outcome<Boolean>>> sending = Optional.empty();
  private boolean ended;

  RemoteUpload(Repository place) {
    this.session = new UploadSession(place);
    this.buffer = new ChunkBuffer(place.host().settings().chunkBytes());
    this.other = new ChunkBuffer(place.host().settings().chunkBytes());
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    if (ended) throw new IllegalStateException("the upload has ended");
    for (int at = from; at < from + length; ) {
      if (buffer.isFull()) flush();
      at += buffer.put(bytes, at, from + length - at);
    }
  }

  /** A refusal in the middle has no other way out than a fault; its reasons are the cause. */
  private void flush() {
    if (sent() instanceof Outcome.Refused<Boolean>(var reasons)) throw fault(reasons);
    var begun = session.begin();
    if (begun instanceof Outcome.Refused<Integer>(var reasons)) throw fault(reasons);
    buffer.atLeast(begun.orThrow());
    other.atLeast(begun.orThrow());
    if (!buffer.isFull()) return;
    var full = buffer;
    buffer = other;
    other = full;
    buffer.clear();
    sending = Optional.of(Stage.start("upload-chunk", () -> session.chunk(full), () -> {}));
  }

  /** What became of the chunk on its way; granted when there is none. */
  private Outcome<Boolean> sent() {
    if (sending.isEmpty()) return Outcome.granted(true);
    try {
      return sending.get().result();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while sending a chunk", e);
    }
  }

  private static ImageException fault(java.util.List<dev.theca.wire.Refusal> reasons) {
    return new ImageException(reasons.getFirst().toString(), new RefusedException(reasons));
  }

  @Override
  public Outcome<Boolean> finish(Digest digest) {
    if (ended) throw new IllegalStateException("the upload has ended");
    if (sent() instanceof Outcome.Refused<Boolean> no) return no.as();
    var begun = session.begin();
    if (begun instanceof Outcome.Refused<Integer> no) return no.as();
    try {
      if (session.sent() == 0) return ended(session.finish(digest, buffer.from(0)));
      if (buffer.size() > 0 && session.chunk(buffer) instanceof Outcome.Refused<Boolean> no)
        return no.as();
      return ended(session.finish(digest, Payload.NONE));
    } catch (IOException e) {
      throw new ImageException("pushing blob " + digest + ": " + e.getMessage(), e);
    }
  }

  private Outcome<Boolean> ended(Outcome<Boolean> outcome) {
    ended = outcome.isGranted();
    buffer.clear();
    return outcome;
  }

  @Override
  public void close() {
    if (ended) return;
    ended = true;
    sending.ifPresent(Stage::stop);
    sending.ifPresent(Stage::join);
    session.cancel();
  }
}
