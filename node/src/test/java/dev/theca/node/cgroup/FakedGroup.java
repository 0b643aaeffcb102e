package dev.theca.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group made of ordinary files. */
record FakedGroup(Path folder) {
  static FakedGroup in(Path parent, String name) throws IOException {
    return new FakedGroup(Files.createDirectories(parent.resolve(name)));
  }

  FakedGroup file(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return this;
  }
}
