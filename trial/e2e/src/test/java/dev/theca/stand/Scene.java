package dev.theca.stand;

/**
 * Something that a user of containers does, and what they see.
 *
 * @param alone it needs the whole stand: nothing else may go on meanwhile
 */
record Scene(String name, Play play, boolean alone) {
  Scene(String name, Play play) {
    this(name, play, false);
  }

  static Scene alone(String name, Play play) {
    return new Scene(name, play, true);
  }

  /** Does it; every line that is said is compared. */
  interface Play {
    void on(Place place, Outcome seen) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
