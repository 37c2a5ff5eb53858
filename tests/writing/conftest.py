from tests.structure.module_world import logged, own_folders, world

__all__ = ["logged", "own_folders", "world"]
