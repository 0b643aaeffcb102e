package dev.theca.agent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who runs the program: the image's USER, or whom the pod asks for where policy lets it. Names and
 * numbers are looked up in the image itself; what the host found elsewhere does not count.
 */
final class UserPlan {
  private UserPlan() {}

  /** {@code file} gives the content of a path of the image, if it is there. */
  static Outcome<Users> of(
      String own, PrepareRequest wish, ImageRules rules, Function<String, Optional<byte[]>> file) {
    return Users.resolve(own, file)
        .then(
            image ->
                wish.user().isEmpty() && wish.groups().isEmpty()
                    ? Outcome.granted(image)
                    : Users.resolve(wish.user().isEmpty() ? own : wish.user(), file)
                        .map(asked -> with(asked, wish.groups()))
                        .then(asked -> decided(image, asked, rules)));
  }

  private static Outcome<Users> decided(Users image, Users asked, ImageRules rules) {
    if (rules.anyUser()) return Outcome.granted(asked);
    if (image.uid() == asked.uid()
        && image.gid() == asked.gid()
        && image.groups().containsAll(asked.groups())) return Outcome.granted(image);
    return Outcome.refused(
        Code.of("policy-process"),
        "user of the container",
        words(image),
        words(asked),
        "leave runAsUser, runAsGroup and fsGroup out of the pod, or set user \"any\" in the"
            + " workload policy");
  }

  private static Users with(Users user, List<Integer> more) {
    var groups = new ArrayList<>(user.groups());
    for (int group : more) if (group != user.gid() && !groups.contains(group)) groups.add(group);
    return new Users(user.uid(), user.gid(), List.copyOf(groups));
  }

  private static String words(Users user) {
    return user.uid()
        + ":"
        + user.gid()
        + (user.groups().isEmpty() ? "" : " with groups " + user.groups());
  }
}
