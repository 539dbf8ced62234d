from . import bench_floor_stage, bench_floor, bench_floor_mixins
