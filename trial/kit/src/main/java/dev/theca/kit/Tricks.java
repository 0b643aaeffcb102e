package dev.theca.kit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** The tricks of hostile and of broken registries. */
public final class Tricks {
  private static final int BLOCK = 64 << 10;

  private Tricks() {}

  /** Says this, whatever was asked. */
  public static Trick answer(Reply reply) {
    return (request, honest, peer) -> peer.send(reply, request);
  }

  /** Honest for all but the first {@code times} requests. */
  public static Trick first(int times, Trick trick) {
    var left = new AtomicInteger(times);
    return (request, honest, peer) -> {
      if (left.getAndDecrement() > 0) trick.play(request, honest, peer);
      else peer.send(honest, request);
    };
  }

  /** One bit in the middle of the body is another. */
  public static Trick flippedBit() {
    return (request, honest, peer) -> {
      byte[] body = honest.body().clone();
      if (body.length > 0) body[body.length / 2] ^= 1;
      peer.send(honest.withBody(body), request);
    };
  }

  /** Other bytes, with the honest fields. */
  public static Trick otherBody(byte[] body) {
    return (request, honest, peer) -> peer.send(honest.withBody(body), request);
  }

  /** The right length is named, and the connection ends after {@code bytes} of the body. */
  public static Trick truncatedAt(int bytes) {
    return (request, honest, peer) -> {
      begin(honest, peer, bytes);
      peer.close();
    };
  }

  /** A whole answer whose body is too short, with its own length. */
  public static Trick shortened(int bytes) {
    return (request, honest, peer) ->
        peer.send(honest.withBody(Arrays.copyOf(honest.body(), bytes)), request);
  }

  /** The connection is reset after some bytes of the body; honest after so many times. */
  public static Trick resetAt(int bytes, int times) {
    return first(
        times,
        (request, honest, peer) -> {
          begin(honest, peer, bytes);
          peer.reset();
        });
  }

  /** A body that does not end: zeroes in chunks until the client leaves or {@code max} is sent. */
  public static Trick endless(long max) {
    return (request, honest, peer) -> {
      peer.head(honest.with("Transfer-Encoding", "chunked"));
      byte[] chunk = new byte[BLOCK + 9];
      byte[] size = "10000\r\n".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(size, 0, chunk, 0, size.length);
      chunk[chunk.length - 2] = '\r';
      chunk[chunk.length - 1] = '\n';
      for (long sent = 0; sent < max; sent += BLOCK) peer.raw(chunk);
      peer.close();
    };
  }

  /** A few bytes of the body at a time. */
  public static Trick drip(int bytes, long everyMillis) {
    return (request, honest, peer) -> {
      begin(honest, peer, 0);
      byte[] body = honest.body();
      for (int at = 0; at < body.length; at += bytes) {
        peer.raw(body, at, Math.min(bytes, body.length - at));
        pause(everyMillis);
      }
    };
  }

  /** Nothing more after some bytes of the body; the connection stays. */
  public static Trick stallAt(int bytes) {
    return (request, honest, peer) -> {
      begin(honest, peer, bytes);
      peer.stall();
    };
  }

  /** Never answers. */
  public static Trick silence() {
    return (request, honest, peer) -> peer.stall();
  }

  /** Gives the whole blob, with 200, whatever range was asked for. */
  public static Trick ignoringRange(byte[] whole) {
    return (request, honest, peer) ->
        peer.send(honest.withStatus(200).without("Content-Range").withBody(whole), request);
  }

  /** Says 206 with this Content-Range, and any bytes. */
  public static Trick lyingRange(String contentRange, byte[] body) {
    return (request, honest, peer) ->
        peer.send(
            honest.withStatus(206).with("Content-Range", contentRange).withBody(body), request);
  }

  /** Names another length than the body has, and ends. */
  public static Trick lyingLength(long length) {
    return (request, honest, peer) -> {
      peer.send(honest.with("Content-Length", length + ""), request);
      peer.close();
    };
  }

  public static Trick redirect(int status, String location) {
    return answer(Reply.of(status).with("Location", location));
  }

  /** Sends the client to where it is, with another query each time. */
  public static Trick redirectLoop() {
    var count = new AtomicInteger();
    return (request, honest, peer) ->
        peer.send(
            Reply.of(307)
                .with("Location", peer.url(request.path() + "?again=" + count.incrementAndGet())),
            request);
  }

  /** A field says something else. */
  public static Trick field(String name, String value) {
    return (request, honest, peer) -> peer.send(honest.with(name, value), request);
  }

  /** A field is missing. */
  public static Trick withoutField(String name) {
    return (request, honest, peer) -> peer.send(honest.without(name), request);
  }

  /** Another document under the same name: schema 1, an index where a manifest was. */
  public static Trick manifest(String mediaType, byte[] bytes) {
    return (request, honest, peer) ->
        peer.send(honest.withStatus(200).with("Content-Type", mediaType).withBody(bytes), request);
  }

  /** One field of this many bytes. */
  public static Trick hugeField(int bytes) {
    return field("X-Huge", "x".repeat(bytes));
  }

  /** Fields until the client leaves, at most {@code max} of them. */
  public static Trick endlessFields(int max) {
    return (request, honest, peer) -> {
      peer.raw("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < max; i++)
        peer.raw(("X-" + i + ": " + "x".repeat(100) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      peer.close();
    };
  }

  /** Asks for credentials, again and again. */
  public static Trick unauthorized(String challenge) {
    return answer(Reply.of(401).with("WWW-Authenticate", challenge));
  }

  /** Too many requests, for so many times. */
  public static Trick tooMany(String retryAfter, int times) {
    return first(times, answer(Reply.of(429).with("Retry-After", retryAfter)));
  }

  /** Compresses the body once more for the way, which nobody asked for. */
  public static Trick gzipped() {
    return (request, honest, peer) -> {
      var out = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(out)) {
        gzip.write(honest.body());
      }
      peer.send(
          honest
              .without("Content-Length")
              .with("Content-Encoding", "gzip")
              .withBody(out.toByteArray()),
          request);
    };
  }

  /** Something that is no HTTP. */
  public static Trick garbage(byte[] bytes) {
    return (request, honest, peer) -> {
      peer.raw(bytes);
      peer.close();
    };
  }

  private static void begin(Reply honest, Peer peer, int bytes) throws IOException {
    peer.head(honest.with("Content-Length", honest.body().length + ""));
    peer.raw(honest.body(), 0, Math.min(bytes, honest.body().length));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
