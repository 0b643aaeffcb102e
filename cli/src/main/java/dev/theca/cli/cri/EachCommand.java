package dev.theca.cli.cri;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Does one thing to each of several; prints the name of what is done. */
abstract class EachCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "An id, or its beginning.")
  private List<String> ids = new ArrayList<>();

  abstract void one(CriClient cri, String id);

  @Override
  public final Integer call() {
    return talk.run(
        cri -> {
          for (String id : ids) {
            one(cri, id);
            int unused = talk.made("id", id);
          }
          return 0;
        });
  }
}
