package dev.theca.node.pod;

import dev.theca.node.health.Stage;
import dev.theca.node.health.Stages;
import dev.theca.wire.Outcome;
import java.util.function.Supplier;

/** Stages of one pod, or of one of its containers. */
record Marks(Stages stages, String pod, String container) {
  Stage begin(String name) {
    var stage = stages.begin(name).pod(pod);
    return container.isEmpty() ? stage : stage.container(container);
  }

  /** A stage that lasts as long as its work. */
  <T> Outcome<T> during(String name, Supplier<Outcome<T>> work) {
    var stage = begin(name);
    try {
      return told(stage, work.get());
    } catch (RuntimeException e) {
      stage.fault(e);
      throw e;
    }
  }

  static <T> Outcome<T> told(Stage stage, Outcome<T> outcome) {
    switch (outcome) {
      case Outcome.Granted<T> _ -> stage.granted();
      case Outcome.Refused<T>(var reasons) ->
          stage
              .with("reason", reasons.getFirst().toString())
              .refused(reasons.getFirst().code().id());
    }
    return outcome;
  }
}
