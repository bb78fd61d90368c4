// Two pages at a time: one browser and one lab serve them all.
[assembly: LevelOfParallelism(2)]
