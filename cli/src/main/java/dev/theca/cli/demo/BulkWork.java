package dev.theca.cli.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * Flags of a JVM that moves images. The processor's ciphers and hashes are used by the second
 * compiler's code only, which comes after thousands of calls, and a call is a large piece of a
 * layer: so early for them, and late for all else, of which little is worth that compiler's time.
 * The launcher has the same, and platform threads for the sake of a quick exit.
 */
public final class BulkWork {
  /** When code is compiled: for the mount server as well, whose start is in each pod's. */
  public static final List<String> COMPILERS =
      List.of(
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.*::*,0.02",
          "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.*::*,0.02",
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=6000",
          "-XX:Tier4CompileThreshold=150000",
          "-XX:Tier4BackEdgeThreshold=400000");

  public static final List<String> FLAGS =
      Stream.concat(COMPILERS.stream(), Stream.of("-Djdk.httpclient.bufsize=131072")).toList();

  private BulkWork() {}
}
