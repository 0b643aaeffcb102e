package dev.theca.kit;

import java.io.IOException;

/** What a hostile registry does instead of answering honestly. */
@FunctionalInterface
public interface Trick {
  /**
   * Answers a request somehow.
   *
   * @param honest what an honest registry would say
   * @param peer the connection to say something else over
   */
  void play(Seen request, Reply honest, Peer peer) throws IOException;
}
