// Every fixture has labs of its own. One more than this computer's cores on the smallest that runs them, since some wait for a database.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
