package dev.theca.agent;

import dev.theca.enclave.handover.Payload;
import dev.theca.image.ImageConfig;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The program that runs: the image's own, with what the pod asks for where policy lets it. The
 * host's wish for something else is refused rather than ignored, so that nobody runs what they did
 * not mean.
 */
final class ProcessPlan {
  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ProcessPlan() {}

  static Outcome<Payload.Process> of(
      ImageConfig image, PrepareRequest wish, ImageRules rules, Users user) {
    var own = new ArrayList<>(image.entrypoint());
    own.addAll(image.command());
    List<String> argv = wish.args().isEmpty() ? own : wish.args();
    if (!argv.equals(own) && !rules.anyCommand()) {
      return refused(
          "command",
          own.toString(),
          argv.toString(),
          "leave the pod's command empty, or set command \"any\" in the workload policy");
    }
    if (argv.isEmpty()) return refused("command", "a program", "none", "set ENTRYPOINT");
    var env = new LinkedHashMap<String, String>();
    put(env, DEFAULT_PATH);
    image.env().forEach(variable -> put(env, variable));
    for (String variable : wish.env()) {
      String name = name(variable);
      if (variable.equals(name + "=" + env.get(name)) || givenByRuntime(name)) continue;
      if (!rules.env().names(name)) {
        return refused(
            "variable " + name,
            "one of " + rules.env(),
            "set by the pod",
            "name it in env of the workload policy");
      }
      put(env, variable);
    }
    var list = env.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    String cwd = image.workingDir();
    if (!wish.cwd().isEmpty() && !wish.cwd().equals(cwd)) {
      if (!rules.anyCommand())
        return refused(
            "working directory",
            cwd,
            wish.cwd(),
            "leave the pod's workingDir out, or set command \"any\" in the workload policy");
      if (!wish.cwd().startsWith("/"))
        return refused("working directory", "an absolute path", wish.cwd(), "correct the pod");
      cwd = wish.cwd();
    }
    return Outcome.granted(
        new Payload.Process(argv, list, cwd, user.uid(), user.gid(), user.groups()));
  }

  /** Variables that container runtimes add on their own; they never reach the workload. */
  private static boolean givenByRuntime(String name) {
    return name.equals("HOSTNAME") || name.equals("PATH") || name.equals("TERM");
  }

  private static String name(String variable) {
    int equals = variable.indexOf('=');
    return equals < 0 ? variable : variable.substring(0, equals);
  }

  private static void put(LinkedHashMap<String, String> env, String variable) {
    env.put(
        name(variable),
        variable.substring(Math.min(variable.length(), name(variable).length() + 1)));
  }

  private static <T> Outcome<T> refused(String what, String expected, String found, String next) {
    return Outcome.refused(Code.of("policy-process"), what, expected, found, next);
  }
}
