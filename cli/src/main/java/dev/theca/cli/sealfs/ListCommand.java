package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.VolumeTree;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs ls}: what is in a volume, without mounting it. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Lists a folder of a volume, by name; with --json an object on each line.",
      "",
      "Examples:",
      "  theca sealfs ls data.seal / --key-file data.key",
      "  theca sealfs ls root.seal /etc -R --key-file root.key --json"
    })
final class ListCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Parameters(index = "1", paramLabel = "PATH", defaultValue = "/", description = "where")
  private String path = "/";

  @Option(names = "-R", description = "and everything below")
  private boolean recursive;

  @Override
  public Integer call() {
    return talk.run(this::list);
  }

  private int list(Outlet outlet) throws IOException {
    try (var opened = which.toRead()) {
      var tree = opened.volume().tree();
      var at = tree.find(path).orElseThrow(() -> new WrongUsage("there is no " + path + " in it"));
      String here = path.startsWith("/") ? path : "/" + path;
      if (at.isDirectory()) below(outlet, tree, at.ino(), here.endsWith("/") ? here : here + "/");
      else say(outlet, tree, at, here);
    }
    return 0;
  }

  private void below(Outlet outlet, VolumeTree tree, long directory, String path) {
    record Child(byte[] name, long ino) {}
    var children = new ArrayList<Child>();
    tree.children(directory, (name, ino) -> children.add(new Child(name, ino)));
    children.sort((a, b) -> Arrays.compareUnsigned(a.name(), b.name()));
    for (var child : children) {
      var node = tree.node(child.ino());
      String shown = path + Shown.name(child.name());
      say(outlet, tree, node, shown);
      if (recursive && node.isDirectory()) below(outlet, tree, node.ino(), shown + "/");
    }
  }

  private static void say(Outlet outlet, VolumeTree tree, VolumeTree.Node node, String path) {
    outlet
        .out()
        .println(
            outlet.json() ? Json.text(Shown.json(tree, node, path)) : Shown.line(tree, node, path));
  }
}
