package dev.theca.broker;

import dev.theca.broker.seal.SealFault;
import dev.theca.broker.setup.SetupCode;
import dev.theca.broker.store.StoreDown;
import dev.theca.wire.Refusal;
import dev.theca.wire.RefusedException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.util.List;

/**
 * Why a broker did not start, as its operator reads it: what can be mended by hand has words and an
 * exit code of its own, everything else is a fault with its trace.
 */
final class StartFault {
  static final int FAULT = 1;
  static final int CONFIGURATION = 64;
  static final int UNAVAILABLE = 69;

  private StartFault() {}

  /** Says it; the exit code. */
  static int say(Throwable fault, PrintStream err) {
    if (fault instanceof IllegalArgumentException) {
      err.println(RefusalText.of(broken("configuration", String.valueOf(fault.getMessage()))));
      return CONFIGURATION;
    }
    int left = 16;
    for (Throwable at = fault; at != null && left-- > 0; at = at.getCause()) {
      switch (at) {
        case RefusedException refused -> {
          return say(refused.reasons(), err);
        }
        case BindException bind -> {
          String next = "end what listens there, or choose another with --listen or --management";
          err.println(RefusalText.of(missing("listen address", "a free one", bind, next)));
          return UNAVAILABLE;
        }
        case StoreDown down -> {
          String next = "start the database, or correct [store]";
          err.println(RefusalText.of(missing("database", "one that answers", down, next)));
          return UNAVAILABLE;
        }
        case SealFault seal -> {
          err.println(RefusalText.of(broken("key-encryption key", seal.getMessage() + "")));
          return CONFIGURATION;
        }
        case FileSystemException file -> {
          err.println(RefusalText.of(broken("file", file.toString())));
          return CONFIGURATION;
        }
        default -> {}
      }
    }
    err.println("stage=start outcome=fault reason=\"" + RefusalText.plain(fault + "") + "\"");
    fault.printStackTrace(err);
    return FAULT;
  }

  static int say(List<Refusal> reasons, PrintStream err) {
    err.println(RefusalText.of(reasons));
    return CONFIGURATION;
  }

  private static Refusal broken(String what, String found) {
    return new Refusal(
        SetupCode.BROKER_CONFIGURATION,
        what,
        "one that can be used",
        found,
        "correct the configuration");
  }

  private static Refusal missing(String what, String expected, Exception found, String next) {
    return new Refusal(
        SetupCode.BROKER_UNAVAILABLE, what, expected, String.valueOf(found.getMessage()), next);
  }
}
