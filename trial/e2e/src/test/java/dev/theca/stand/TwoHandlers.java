package dev.theca.stand;

import java.time.Duration;

/** Containers of two handlers on one containerd, of which neither sees the other. */
final class TwoHandlers {
  private TwoHandlers() {}

  static void play(Place place, Outcome seen) {
    Place other = place.beside();
    String task = place.waiting();
    String otherTask = other.waiting();
    var config = place.pod();
    var otherConfig = other.pod();
    String pod = place.cri.runPod(config, place.handler.cri());
    String otherPod = other.cri.runPod(otherConfig, other.handler.cri());
    try {
      var sleep = place.container(config, "sleep", "1000");
      String one = place.cri.createContainer(pod, sleep, config.json());
      String two = place.cri.createContainer(otherPod, sleep, otherConfig.json());
      place.cri.startContainer(one);
      place.cri.startContainer(two);
      seen.say(
          "both run", place.criExec(one, "echo", "one") + " " + place.criExec(two, "echo", "two"));
      seen.ran("tasks", place.exec(task, "echo", "task"));
      seen.ran("the other's", place.exec(otherTask, "echo", "task"));
      place.cri.stopContainer(one, Duration.ZERO);
      other.gone(otherTask);
      seen.say("one ended", place.end(one));
      seen.say("the other runs", place.cri.containerState(two).state());
      seen.say("exec in it", place.criExec(two, "echo", "two"));
      seen.say("the task", place.status(task));
      place.cri.stopPod(otherPod);
      place.cri.removePod(otherPod);
      seen.ran("exec at the end", place.exec(task, "echo", "task"));
    } finally {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
      if (place.cri.pods().contains(otherPod)) {
        place.cri.stopPod(otherPod);
        place.cri.removePod(otherPod);
      }
      place.gone(task);
    }
  }
}
