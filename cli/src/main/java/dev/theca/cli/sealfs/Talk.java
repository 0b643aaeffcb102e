package dev.theca.cli.sealfs;

import dev.theca.broker.RefusalText;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.image.Progress;
import dev.theca.linux.LinuxException;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.gramine.PfException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** How a command speaks: results on standard output, everything else on standard error. */
final class Talk {
  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  Talk() {}

  Talk(boolean json) {
    this.json = json;
  }

  /** What a command does; gives the exit code. */
  @FunctionalInterface
  interface Work {
    int with(Outlet outlet) throws IOException;
  }

  boolean json() {
    return json;
  }

  /** Runs the work; a refusal or a fault ends it in words, never with a trace. */
  int run(Work work) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    var outlet = new Outlet(out, err, Progress.silent(), json);
    return Connection.guarded(() -> faults(work, outlet), json, out, err);
  }

  private static int faults(Work work, Outlet outlet) throws IOException {
    try {
      return work.with(outlet);
    } catch (SealfsException e) {
      String next = e.isNoSpace() ? "; make room, or raise the quota" : "; look at the disk";
      return unavailable(outlet, e, next);
    } catch (LinuxException | PfException e) {
      return unavailable(outlet, e, "");
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(RefusalText.plain(String.valueOf(e.getMessage())));
    }
  }

  private static int unavailable(Outlet outlet, RuntimeException e, String next) {
    outlet.err().println("theca: " + RefusalText.plain(String.valueOf(e.getMessage())) + next);
    return Connection.UNAVAILABLE;
  }
}
