import { judgeProjects } from './projects';

judgeProjects('2026.1');
