package dev.theca.registry.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** What a stranger sends to the registry, read as its server does. */
public final class FuzzHttp {
  private FuzzHttp() {}

  public static void take(byte[] input) {
    try {
      var in = new ByteArrayInputStream(input);
      int first = in.read();
      if (first < 0) return;
      var head = RequestHead.read(first, in, HttpBounds.DEFAULT);
      if (!head.path().startsWith("/")) throw new IllegalStateException("path " + head.path());
      var body = new RequestBody(in, OutputStream.nullOutputStream(), head);
      if (body.readAllBytes().length > input.length)
        throw new IllegalStateException("more than was sent");
    } catch (IOException e) {
      return; // what is no request, the server answers so or hangs up
    }
  }
}
