package dev.theca.image.remote;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The body of a request, in segments that are not copied; it can be sent again. */
record Payload(List<byte[]> segments, long size) {
  static final Payload NONE = new Payload(List.of(), 0);

  static Payload of(byte[] bytes) {
    return new Payload(List.of(bytes), bytes.length);
  }

  /** The body; {@code taken} counts what the connection took over. */
  BodyPublisher publisher(AtomicLong taken) {
    if (size == 0) return BodyPublishers.noBody();
    Iterable<byte[]> counted =
        () -> {
          Iterator<byte[]> each = segments.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return each.hasNext();
            }

            @Override
            public byte[] next() {
              byte[] segment = each.next();
              taken.addAndGet(segment.length);
              return segment;
            }
          };
        };
    return BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(counted), size);
  }
}
