// A scenario mostly waits for machines; three at once use the time, and each has processes, ports and a folder of its own.
[assembly: LevelOfParallelism(3)]
